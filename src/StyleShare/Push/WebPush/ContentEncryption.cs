using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StyleShare.Push.WebPush;

/// <summary>The content encoding <c>aes128gcm</c> (RFC 8188), of contents that fit one record as those of pushes do.</summary>
internal static class ContentEncryption
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 16;

    private const int RecordSize = 4_096;
    private const int TagSize = 16;
    private const int KeySize = 16;
    private const int NonceSize = 12;
    private const byte LastRecord = 2;

    /// <summary>The header and the one record.</summary>
    /// <param name="ikm">The input keying material that both sides know.</param>
    /// <param name="salt">16 random bytes, never used before with this material.</param>
    /// <param name="keyId">What tells the other side which material it is; up to 255 bytes.</param>
    /// <param name="content">What to encrypt.</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> ikm, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> content)
    {
        if (salt.Length != SaltSize || keyId.Length > byte.MaxValue || content.Length > RecordSize - TagSize - 1)
            throw new ArgumentException("A salt has 16 bytes, a key id 255 at the most, and a content fits a record.", nameof(content));

        // 2.1: salt, record size, length of the key id, key id
        var message = new byte[SaltSize + sizeof(uint) + 1 + keyId.Length + content.Length + 1 + TagSize];
        salt.CopyTo(message);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(SaltSize), RecordSize);
        message[SaltSize + sizeof(uint)] = (byte)keyId.Length;
        keyId.CopyTo(message.AsSpan(SaltSize + sizeof(uint) + 1));

        // 2.2, 2.3: key and nonce; the nonce of the first record is xored with 0
        Span<byte> prk = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> key = stackalloc byte[KeySize];
        Span<byte> nonce = stackalloc byte[NonceSize];
        HKDF.Extract(HashAlgorithmName.SHA256, ikm, salt, prk);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, key, "Content-Encoding: aes128gcm\0"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, nonce, "Content-Encoding: nonce\0"u8);

        // 2: the content, the delimiter of a last record, no padding
        var record = message.AsSpan(SaltSize + sizeof(uint) + 1 + keyId.Length);
        Span<byte> plain = stackalloc byte[content.Length + 1];
        content.CopyTo(plain);
        plain[^1] = LastRecord;
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(nonce, plain, record[..^TagSize], record[^TagSize..]);
        return message;
    }
}
