using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StyleShare.Testing.Services;

/// <summary>
/// Apple's push service as its documentation describes it: it checks protocol, headers, token and size, and knows devices
/// that are gone.
/// </summary>
public sealed class ApnsServer : ServiceServer
{
    /// <summary>The app.</summary>
    public const string Topic = "com.example.styleshare";

    /// <summary>The team.</summary>
    public const string TeamId = "TEAM123456";

    /// <summary>The key's id.</summary>
    public const string KeyId = "KEY1234567";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimeProvider _clock;

    private ApnsServer(TimeProvider clock) => _clock = clock;

    /// <summary>Devices that are gone.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>What was taken, in order: device and payload.</summary>
    public ConcurrentQueue<(string Device, string Id, string Payload)> Delivered { get; } = new();

    /// <summary>Settings of a silo that sends here.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(TrustSettings, StringComparer.Ordinal)
    {
        ["StyleShare:Push:Apns:Server"] = Address.ToString(),
        ["StyleShare:Push:Apns:Key"] = _key.ExportPkcs8PrivateKeyPem(),
        ["StyleShare:Push:Apns:KeyId"] = KeyId,
        ["StyleShare:Push:Apns:TeamId"] = TeamId,
        ["StyleShare:Push:Apns:Topic"] = Topic,
    };

    /// <summary>Starts it.</summary>
    public static async Task<ApnsServer> StartAsync(TimeProvider? clock = null, X509Certificate2? certificate = null)
    {
        var server = new ApnsServer(clock ?? TimeProvider.System);
        await server.ListenAsync(certificate);
        return server;
    }

    /// <inheritdoc/>
    protected override async Task Serve(HttpContext http, ReceivedRequest request)
    {
        var (status, reason) = await Judge(request);
        http.Response.StatusCode = status;
        var device = request.Path["/3/device/".Length..];
        if (status == 200)
        {
            http.Response.Headers["apns-id"] = request.Headers["apns-id"];
            Delivered.Enqueue((device, request.Headers["apns-id"], System.Text.Encoding.UTF8.GetString(request.Body)));
            return;
        }

        var since = status == 410 ? $",\"timestamp\":{Gone[device].ToUnixTimeMilliseconds()}" : "";
        await http.Response.WriteAsync($"{{\"reason\":\"{reason}\"{since}}}");
    }

    private async Task<(int Status, string? Reason)> Judge(ReceivedRequest request)
    {
        if (request.Protocol != "HTTP/2")
            return (505, "HttpVersionNotSupported");
        if (request.Method != "POST")
            return (405, "MethodNotAllowed");
        if (!request.Path.StartsWith("/3/device/", StringComparison.Ordinal))
            return (404, "BadPath");
        if (request.Headers.GetValueOrDefault("apns-topic") != Topic)
            return (400, "BadTopic");
        if (request.Body.Length > 4_096)
            return (413, "PayloadTooLarge");
        if (request.Headers.GetValueOrDefault("apns-collapse-id") is { Length: > 64 })
            return (400, "BadCollapseId");
        if (request.Headers.GetValueOrDefault("apns-priority") is not ("5" or "10"))
            return (400, "BadPriority");
        if (await JudgeToken(request.Headers.GetValueOrDefault("authorization")) is { } wrong)
            return (403, wrong);
        var device = request.Path["/3/device/".Length..];
        if (device.Length != 64)
            return (400, "BadDeviceToken");
        return Gone.ContainsKey(device) ? (410, "Unregistered") : (200, null);
    }

    private async Task<string?> JudgeToken(string? authorization)
    {
        if (authorization?.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) != true)
            return "MissingProviderToken";
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(authorization[7..], new TokenValidationParameters
        {
            ValidIssuer = TeamId,
            ValidateAudience = false,
            ValidateLifetime = false,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = new ECDsaSecurityKey(_key) { KeyId = KeyId },
        });
        if (!result.IsValid || ((JsonWebToken)result.SecurityToken).Kid != KeyId)
            return "InvalidProviderToken";
        var age = _clock.GetUtcNow() - new DateTimeOffset(((JsonWebToken)result.SecurityToken).IssuedAt, TimeSpan.Zero);
        return age > TimeSpan.FromHours(1) ? "ExpiredProviderToken" : null;
    }
}
