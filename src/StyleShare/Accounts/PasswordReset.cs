using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleShare.Accounts;

/// <summary>A reset of the password that was asked for: what is kept of it.</summary>
/// <param name="SecretHash">SHA-256 of the secret in the mail; it is random, so one round is enough.</param>
/// <param name="AddressKey">The claim on the address that the mail went to; whoever has another one by now cannot use it.</param>
/// <param name="ExpiresAt">When it is of no use any more.</param>
public sealed record PasswordReset(byte[] SecretHash, string AddressKey, DateTimeOffset ExpiresAt)
{
    /// <summary>So many links of one account may be open: those of mails that were slow to come.</summary>
    public const int MaxOpen = 5;

    /// <summary>The column's text; null if there is none.</summary>
    public static string? Write(ImmutableArray<PasswordReset> resets) =>
        resets.IsDefaultOrEmpty ? null : JsonSerializer.Serialize(resets, ResetJson.Default.ImmutableArrayPasswordReset);

    /// <summary>Reads the column's text.</summary>
    public static ImmutableArray<PasswordReset> Read(string? text) =>
        text is null ? [] : JsonSerializer.Deserialize(text, ResetJson.Default.ImmutableArrayPasswordReset);
}

[JsonSerializable(typeof(ImmutableArray<PasswordReset>))]
internal sealed partial class ResetJson : JsonSerializerContext;

/// <summary>What the link in the mail has in it: whose password, and the secret that proves the mail was read.</summary>
/// <remarks>base64url of the person's id (16 bytes) and the secret (32 bytes).</remarks>
public readonly record struct ResetToken(Guid UserId, ReadOnlyMemory<byte> Secret)
{
    private const int SecretLength = 32;
    private const int Length = 16 + SecretLength;

    /// <summary>A new one with a random secret of 256 bits.</summary>
    public static ResetToken New(Guid userId) => new(userId, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>What is kept of the secret.</summary>
    public byte[] Hash() => SHA256.HashData(Secret.Span);

    /// <summary>The token as it is in the link.</summary>
    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Length];
        UserId.TryWriteBytes(bytes, bigEndian: true, out _);
        Secret.Span.CopyTo(bytes[16..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token; false if it cannot be one.</summary>
    public static bool TryDecode(string text, out ResetToken token)
    {
        token = default;
        var bytes = new byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return false;
        token = new ResetToken(new Guid(bytes.AsSpan(0, 16), bigEndian: true), bytes.AsMemory(16));
        return true;
    }
}
