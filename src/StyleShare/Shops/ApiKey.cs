using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace StyleShare.Shops;

/// <summary>The parts of a shop's API key: whose it is, which one, and the secret that proves it.</summary>
/// <remarks>
/// Tills hold <c>ssk_</c> and the base64url of shop (16 bytes), key (16 bytes) and secret (32 bytes). Only a hash is kept; the
/// prefix lets scanners of source code find keys that got lost.
/// </remarks>
public readonly record struct ApiKey(Guid MerchantId, Guid KeyId, ReadOnlyMemory<byte> Secret)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "ssk_";

    private const int SecretLength = 32;
    private const int Length = 16 + 16 + SecretLength;

    /// <summary>A new key with a random secret of 256 bits.</summary>
    public static ApiKey New(Guid merchant, Guid key) => new(merchant, key, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>What is kept of the secret: it is random, so one round of SHA-256 is enough.</summary>
    public ImmutableArray<byte> Hash() => [.. SHA256.HashData(Secret.Span)];

    /// <summary>The key as a till holds it.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Length];
        MerchantId.TryWriteBytes(bytes, bigEndian: true, out _);
        KeyId.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        Secret.Span.CopyTo(bytes[32..]);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a key; false if it cannot be one.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out ApiKey key)
    {
        key = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length != Prefix.Length + Base64Url.GetEncodedLength(Length))
            return false;
        var bytes = new byte[Length];
        if (Base64Url.DecodeFromChars(text[Prefix.Length..], bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return false;
        key = new ApiKey(
            new Guid(bytes.AsSpan(0, 16), bigEndian: true), new Guid(bytes.AsSpan(16, 16), bigEndian: true), bytes.AsMemory(32));
        return true;
    }
}
