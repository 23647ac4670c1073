using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StyleShare.Testing.Services;

/// <summary>
/// A browser's push service (RFC 8030) and the browsers behind it: it checks headers and VAPID (RFC 8292), and decrypts as
/// the browser does (RFC 8291), written from the RFCs and sharing no code with the sender.
/// </summary>
public sealed class WebPushServer : ServiceServer
{
    private readonly ConcurrentDictionary<string, Browser> _browsers = new(StringComparer.Ordinal);
    private readonly ECDsa _vapid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider _clock;

    private WebPushServer(TimeProvider clock) => _clock = clock;

    /// <summary>What the browsers read, in order.</summary>
    public ConcurrentQueue<(string Browser, JsonNode Content)> Delivered { get; } = new();

    /// <summary>Browsers that unsubscribed.</summary>
    public ConcurrentDictionary<string, bool> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Settings of a silo that sends here.</summary>
    public IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var key = _vapid.ExportParameters(includePrivateParameters: true);
            return new Dictionary<string, string?>(TrustSettings, StringComparer.Ordinal)
            {
                ["StyleShare:Push:WebPush:PublicKey"] = Base64Url.EncodeToString([4, .. key.Q.X!, .. key.Q.Y!]),
                ["StyleShare:Push:WebPush:PrivateKey"] = Base64Url.EncodeToString(key.D!),
                ["StyleShare:Push:WebPush:Subject"] = "mailto:ops@example.com",
            };
        }
    }

    /// <summary>Starts it.</summary>
    public static async Task<WebPushServer> StartAsync(TimeProvider? clock = null, X509Certificate2? certificate = null)
    {
        var server = new WebPushServer(clock ?? TimeProvider.System);
        await server.ListenAsync(certificate);
        return server;
    }

    /// <summary>A browser subscribes; what its <c>PushSubscription.toJSON()</c> gives.</summary>
    public string Subscribe(string name)
    {
        var browser = new Browser(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16));
        _browsers[name] = browser;
        return new JsonObject
        {
            ["endpoint"] = new Uri(Address, "/push/" + name).ToString(),
            ["expirationTime"] = null,
            ["keys"] = new JsonObject
            {
                ["p256dh"] = Base64Url.EncodeToString(browser.PublicKey),
                ["auth"] = Base64Url.EncodeToString(browser.Secret),
            },
        }.ToJsonString();
    }

    /// <inheritdoc/>
    protected override async Task Serve(HttpContext http, ReceivedRequest request)
    {
        var name = request.Path["/push/".Length..];
        http.Response.StatusCode = await Judge(request, name);
        if (http.Response.StatusCode == 201)
            Delivered.Enqueue((name, JsonNode.Parse(_browsers[name].Decrypt(request.Body))!));
    }

    private async Task<int> Judge(ReceivedRequest request, string name)
    {
        if (Gone.ContainsKey(name) || !_browsers.ContainsKey(name))
            return 410;
        if (!long.TryParse(request.Headers.GetValueOrDefault("ttl"), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return 400; // RFC 8030, 5.2: a request without TTL is refused
        if (request.Headers.GetValueOrDefault("topic") is { Length: > 32 } || request.Headers["content-encoding"] != "aes128gcm")
            return 400;
        if (request.Body.Length > 4_096)
            return 413;
        return await IsKnown(request.Headers.GetValueOrDefault("authorization")) ? 201 : 403;
    }

    // RFC 8292, 3 and 4.2
    private async Task<bool> IsKnown(string? authorization)
    {
        if (authorization?.StartsWith("vapid ", StringComparison.OrdinalIgnoreCase) != true)
            return false;
        var parts = authorization[6..].Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        if (parts["k"] != Settings["StyleShare:Push:WebPush:PublicKey"])
            return false;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(parts["t"], new TokenValidationParameters
        {
            ValidateIssuer = false,
            ValidAudience = Address.GetLeftPart(UriPartial.Authority),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = new ECDsaSecurityKey(_vapid),
            LifetimeValidator = (_, expires, _, _) =>
                expires > _clock.GetUtcNow().UtcDateTime && expires <= _clock.GetUtcNow().UtcDateTime.AddHours(24),
        });
        return result.IsValid && ((string)result.Claims["sub"]).StartsWith("mailto:", StringComparison.Ordinal);
    }

    private sealed record Browser(ECDiffieHellman Key, byte[] Secret)
    {
        public byte[] PublicKey
        {
            get
            {
                var q = Key.ExportParameters(includePrivateParameters: false).Q;
                return [4, .. q.X!, .. q.Y!];
            }
        }

        public byte[] Decrypt(ReadOnlySpan<byte> message)
        {
            var salt = message[..16].ToArray();
            if (BinaryPrimitives.ReadUInt32BigEndian(message[16..]) < message.Length - 86 || message[20] != 65)
                throw new InvalidOperationException("One record, and the sender's key as its key id (RFC 8291, 4).");
            var senderKey = message[21..86].ToArray();
            using var sender = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = senderKey[1..33], Y = senderKey[33..] },
            });
            using var publicKey = sender.PublicKey;
            var ikm = HKDF.DeriveKey(
                HashAlgorithmName.SHA256, Key.DeriveRawSecretAgreement(publicKey), 32, Secret,
                [.. Encoding.ASCII.GetBytes("WebPush: info\0"), .. PublicKey, .. senderKey]);
            var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, 16, salt, Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm\0"));
            var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, 12, salt, Encoding.ASCII.GetBytes("Content-Encoding: nonce\0"));
            var plain = new byte[message.Length - 86 - 16];
            using var cipher = new AesGcm(key, 16);
            cipher.Decrypt(nonce, message[86..^16], message[^16..], plain);
            var end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
            return plain[end] == 2 ? plain[..end] : throw new InvalidOperationException("Not the last record (RFC 8188, 2).");
        }
    }
}
