using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StyleShare.Storage;

/// <summary>
/// Encrypts the key ring with <see cref="StorageOptions.KeyRingSecret"/> (AES-256-GCM), so that who reads the database, or a
/// backup of it, cannot read what the keys protect.
/// </summary>
internal sealed class KeyRingCipher(IServiceProvider services) : IXmlEncryptor, IXmlDecryptor
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var text = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedText = new byte[NonceSize + text.Length + TagSize];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(Secret(), TagSize);
        cipher.Encrypt(
            sealedText.AsSpan(0, NonceSize), text, sealedText.AsSpan(NonceSize, text.Length), sealedText.AsSpan(^TagSize..));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(sealedText)), typeof(KeyRingCipher));
    }

    public XElement Decrypt(XElement encryptedElement)
    {
        var sealedText = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var text = new byte[sealedText.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(Secret(), TagSize);
        cipher.Decrypt(sealedText[..NonceSize], sealedText[NonceSize..^TagSize], sealedText[^TagSize..], text);
        return XElement.Parse(Encoding.UTF8.GetString(text));
    }

    private byte[] Secret() => SHA256.HashData(Encoding.UTF8.GetBytes(
        services.GetRequiredService<IOptions<StorageOptions>>().Value.KeyRingSecret ??
        throw new InvalidOperationException($"The key ring is encrypted: set {StorageOptions.Section}:{nameof(StorageOptions.KeyRingSecret)}.")));
}
