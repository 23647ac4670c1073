using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace StyleShare.Accounts;

/// <summary>The parts of a refresh token: which session, the how manieth of its tokens, and the secret that proves it.</summary>
/// <remarks>Clients see base64url of session (16 bytes), generation (4 bytes) and secret (32 bytes). Only a hash is kept.</remarks>
public readonly record struct RefreshToken(Guid SessionId, int Generation, ReadOnlyMemory<byte> Secret)
{
    private const int SecretLength = 32;
    private const int Length = 16 + sizeof(int) + SecretLength;

    /// <summary>A new token with a random secret of 256 bits.</summary>
    public static RefreshToken New(Guid sessionId, int generation) =>
        new(sessionId, generation, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>What is kept of the secret: it is random, so one round of SHA-256 is enough.</summary>
    public byte[] Hash() => SHA256.HashData(Secret.Span);

    /// <summary>The token as the client holds it.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Length];
        SessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Generation);
        Secret.Span.CopyTo(bytes[20..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token; false if it cannot be one.</summary>
    public static bool TryDecode(string text, out RefreshToken token)
    {
        token = default;
        var bytes = new byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return false;
        token = new RefreshToken(
            new Guid(bytes.AsSpan(0, 16), bigEndian: true),
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)),
            bytes.AsMemory(20));
        return true;
    }
}
