using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.Apns;

/// <summary>Sends to Apple's devices, as "Sending notification requests to APNs" has it: HTTP/2, JSON, a token as authorization.</summary>
internal sealed class ApnsSender : IPlatformSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "apns";

    private const int MaxTokenLength = 200; // 64 today; Apple says that it may grow

    private readonly ApnsOptions _options;
    private readonly ApnsToken _token;
    private readonly ServiceClient _service;

    public ApnsSender(IHttpClientFactory clients, ApnsToken token, IOptions<ApnsOptions> options, TimeProvider clock)
    {
        _options = options.Value;
        _token = token;
        _service = new ServiceClient(clients, Client, _options.Limits, clock);
    }

    public PushPlatform Platform => PushPlatform.Apns;

    public bool HasCredentials => _options.HasKey;

    /// <summary>Whether it can be a device's token: hexadecimal.</summary>
    public static bool IsToken(string address) =>
        address.Length is >= 2 and <= MaxTokenLength && address.Length % 2 == 0
        && !address.AsSpan().ContainsAnyExcept("0123456789abcdefABCDEF");

    public async Task<PushOutcome> Send(string address, PushMessage message, CancellationToken cancellation)
    {
        if (!IsToken(address))
            return new PushOutcome.Forget();
        if (ApnsPayload.Of(message) is not { } payload)
            return new PushOutcome.Refused("PayloadTooLarge");
        var token = _token.Current();
        var answer = await Ask(address, message, payload, token, cancellation);
        if (answer.Status == 403 && Error(answer).Reason == "ExpiredProviderToken" && _token.TryRenew(token))
            answer = await Ask(address, message, payload, _token.Current(), cancellation);
        return Outcome(answer);
    }

    public void Dispose() => _service.Dispose();

    private Task<ServiceAnswer> Ask(
        string address, PushMessage message, byte[] payload, string token, CancellationToken cancellation) => _service.Send(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Server, "/3/device/" + address))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("bearer", token);
            Add("apns-topic", _options.Topic);
            Add("apns-push-type", "alert");
            Add("apns-id", message.Id.ToString("D"));
            Add("apns-expiration", message.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            // At once for what a person is to see; a number on an icon may wait for a moment that spares the battery.
            Add("apns-priority", message.Title.Length + message.Body.Length > 0 ? "10" : "5");
            if (message.CollapseKey is { } collapse)
                Add("apns-collapse-id", ApnsPayload.CollapseId(collapse));
            return request;

            void Add(string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
        },
        "",
        cancellation);

    // "Handling notification responses from APNs", tables of status codes and reasons.
    private static PushOutcome Outcome(ServiceAnswer answer)
    {
        if (answer.Status == 200)
            return new PushOutcome.Delivered();
        var (reason, since) = Error(answer);
        return (answer.Status, reason) switch
        {
            (410, _) => new PushOutcome.Forget(since),
            (400, "BadDeviceToken" or "DeviceTokenNotForTopic") => new PushOutcome.Forget(),
            (429 or 503, _) => new PushOutcome.RetryAfter(answer.RetryAfter),
            // Keys and certificates: wrong for every message alike, so none is given up for it.
            (403, _) or (400, "TopicDisallowed" or "BadTopic" or "MissingTopic") =>
                throw new ServiceFailedException("APNs", answer.Status, reason),
            ( >= 400 and < 500, _) => new PushOutcome.Refused(
                reason ?? answer.Status.ToString(CultureInfo.InvariantCulture)),
            _ => throw new ServiceFailedException("APNs", answer.Status, reason),
        };
    }

    // {"reason": "…", "timestamp": 1700000000000}
    private static (string? Reason, DateTimeOffset? Since) Error(ServiceAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return default;
            var reason = json.RootElement.TryGetProperty("reason", out var word) && word.ValueKind == JsonValueKind.String
                ? PushErrors.Word(word.GetString())
                : null;
            DateTimeOffset? since = json.RootElement.TryGetProperty("timestamp", out var time)
                && time.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < 253_402_300_800_000
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;
            return (reason, since);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
