using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.WebPush;

/// <summary>Sends to browsers by their push services (RFC 8030).</summary>
internal sealed class WebPushSender : IPlatformSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "webpush";

    // Services are told apart by a hash of their hosts; what one client's made-up host breaks is hardly anybody else's.
    private const int Breakers = 256;

    // Longer than the day or so for which anybody wants a notification; services cut it down themselves (RFC 8030, 5.2).
    private const long MaxSeconds = 2_419_200;

    private readonly WebPushOptions _options;
    private readonly bool _anyPort;
    private readonly Vapid _vapid;
    private readonly TimeProvider _clock;
    private readonly ServiceClient _service;

    public WebPushSender(
        IHttpClientFactory clients,
        Vapid vapid,
        IOptions<WebPushOptions> options,
        IOptions<OutboundOptions> outbound,
        TimeProvider clock)
    {
        _options = options.Value;
        _anyPort = outbound.Value.AllowPrivateAddresses;
        _vapid = vapid;
        _clock = clock;
        _service = new ServiceClient(clients, Client, _options.Limits, clock, Breakers);
    }

    public PushPlatform Platform => PushPlatform.WebPush;

    public bool HasCredentials => _options.HasKeys;

    public async Task<PushOutcome> Send(string address, PushMessage message, CancellationToken cancellation)
    {
        if (WebPushSubscription.Parse(address) is not { } subscription || (!subscription.Endpoint.IsDefaultPort && !_anyPort))
            return new PushOutcome.Forget();
        var content = PushText.Fit(message, (title, body) => Content(message, title, body), WebPushEncryption.MaxContent);
        if (content is null)
            return new PushOutcome.Refused("payload_too_large");
        var body = WebPushEncryption.Encrypt(subscription, content);
        try
        {
            return Outcome(await _service.Send(
                () => Request(subscription, message, body), subscription.Endpoint.IdnHost, cancellation));
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException)
        {
            return new PushOutcome.Refused("address_refused");
        }
    }

    public void Dispose() => _service.Dispose();

    private HttpRequestMessage Request(WebPushSubscription subscription, PushMessage message, byte[] body)
    {
        var seconds = Math.Clamp((long)(message.ExpiresAt - _clock.GetUtcNow()).TotalSeconds, 0, MaxSeconds);
        var request = new HttpRequestMessage(HttpMethod.Post, subscription.Endpoint)
        {
            Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream"), ContentEncoding = { "aes128gcm" } },
            },
        };
        request.Headers.Authorization = _vapid.For(subscription.Endpoint);
        request.Headers.Add("TTL", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", message.Title.Length + message.Body.Length > 0 ? "high" : "normal");
        if (message.CollapseKey is { } key)
            request.Headers.Add("Topic", Topic(key));
        return request;
    }

    // Up to 32 characters of base64url (RFC 8030, 5.4), and it travels in the clear: of a hash nothing is to be learned.
    private static string Topic(string key) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 24));

    // What our page's service worker shows.
    private static byte[] Content(PushMessage message, string title, string body)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, PushText.Json))
        {
            json.WriteStartObject();
            json.WriteString("id", message.Id);
            json.WriteString("title", title);
            json.WriteString("body", body);
            if (message.CollapseKey is { } tag)
                json.WriteString("tag", tag);
            if (message.Badge is { } badge)
                json.WriteNumber("badge", badge);
            json.WriteStartObject("data");
            foreach (var (name, value) in message.Data)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static PushOutcome Outcome(ServiceAnswer answer) => answer.Status switch
    {
        >= 200 and < 300 => new PushOutcome.Delivered(),
        404 or 410 => new PushOutcome.Forget(), // RFC 8030, 7.3
        413 => new PushOutcome.Refused("payload_too_large"),
        429 or 503 => new PushOutcome.RetryAfter(answer.RetryAfter),
        // Our keys: wrong for every message alike, so none is given up for it.
        401 or 403 => throw new ServiceFailedException("The push service", answer.Status, reason: null),
        < 500 => new PushOutcome.Refused(answer.Status.ToString(CultureInfo.InvariantCulture)),
        _ => throw new ServiceFailedException("The push service", answer.Status, reason: null),
    };
}
