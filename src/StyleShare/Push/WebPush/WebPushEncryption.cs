using System.Security.Cryptography;

namespace StyleShare.Push.WebPush;

/// <summary>Message encryption for Web Push (RFC 8291): only the browser reads what its push service carries.</summary>
internal static class WebPushEncryption
{
    /// <summary>
    /// The most bytes of a content: push services need not take more than 4,096 of a body (RFC 8030, 7.2), of which the header
    /// with the key takes 86, the delimiter 1 and the tag 16.
    /// </summary>
    public const int MaxContent = 4_096 - 86 - 1 - 16;

    /// <summary>Encrypts a content for a subscription, with a key pair and a salt of its own.</summary>
    public static byte[] Encrypt(WebPushSubscription subscription, ReadOnlySpan<byte> content)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(subscription, content, sender, RandomNumberGenerator.GetBytes(ContentEncryption.SaltSize));
    }

    /// <summary>The same with a given key pair and salt.</summary>
    public static byte[] Encrypt(
        WebPushSubscription subscription, ReadOnlySpan<byte> content, ECDiffieHellman sender, ReadOnlySpan<byte> salt)
    {
        using var browser = ECDiffieHellman.Create(P256.Parameters(subscription.PublicKey.Span));
        using var browserKey = browser.PublicKey;
        var senderKey = P256.Encode(sender.ExportParameters(includePrivateParameters: false));
        var shared = sender.DeriveRawSecretAgreement(browserKey);

        // 3.4: the shared secret, bound to both keys and to what the subscription keeps secret
        byte[] info = [.. "WebPush: info\0"u8, .. subscription.PublicKey.Span, .. senderKey];
        Span<byte> ikm = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, ikm, subscription.Secret.Span, info);
        return ContentEncryption.Encrypt(ikm, salt, senderKey, content);
    }
}

/// <summary>Keys of P-256 in the form of the web: points uncompressed (X9.62), all in base64url.</summary>
internal static class P256
{
    /// <summary>Bytes of a point.</summary>
    public const int PointSize = 65;

    private const byte Uncompressed = 4;

    /// <summary>A public key; whether the point is on the curve is found out by whoever imports it.</summary>
    public static ECParameters Parameters(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointSize || point[0] != Uncompressed)
            throw new CryptographicException("Not an uncompressed point of P-256.");
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
        };
    }

    /// <summary>A point's bytes.</summary>
    public static byte[] Encode(ECParameters key) => [Uncompressed, .. key.Q.X!, .. key.Q.Y!];
}
