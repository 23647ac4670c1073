using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>
/// Posts JSON to a person's own server, signed: <c>StyleShare-Signature: t=…,v1=…</c>, where <c>v1</c> is the HMAC-SHA256, in
/// hexadecimal, of the seconds in <c>t</c>, a dot, and the body, with the person's key. A receiver checks it, and that
/// <c>t</c> is of these minutes, and does nothing twice for one <c>StyleShare-Delivery</c>.
/// </summary>
internal sealed class WebhookSender : IChannelSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "webhook";

    /// <summary>The header with the signature.</summary>
    public const string Signature = "StyleShare-Signature";

    /// <summary>The header that is the same in each try.</summary>
    public const string Delivery = "StyleShare-Delivery";

    // Servers are told apart by a hash of their names; what one made-up server breaks is hardly anybody else's.
    private const int Breakers = 256;

    private readonly ChannelHostsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ServiceClient _service;

    public WebhookSender(IHttpClientFactory clients, IOptions<ShareOptions> options, TimeProvider clock)
    {
        _options = options.Value.Webhook;
        _clock = clock;
        _service = new ServiceClient(clients, Client, _options.Limits, clock, Breakers);
    }

    public ShareChannel Channel => ShareChannel.Webhook;

    public bool IsOn => _options.Enabled;

    public async Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation)
    {
        var url = new Uri(connection.Account);
        var share = new WebhookShare(
            message.Id, message.Code, message.Link.AbsoluteUri, message.Text, message.PostId, message.MerchantId);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new("share.created", message.CreatedAt.UtcDateTime, share), ChannelJson.Default.WebhookEvent);
        try
        {
            return Outcome(await _service.Send(() => Request(url, connection, message, body), url.IdnHost, cancellation));
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException)
        {
            return new ShareOutcome.Refused("address_refused");
        }
    }

    public void Dispose() => _service.Dispose();

    // Signed anew in each try: a receiver refuses a time that is long ago.
    private HttpRequestMessage Request(Uri url, Connection connection, ShareMessage message, byte[] body)
    {
        var time = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time + "."), .. body];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(connection.Token), signed);
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add(Signature, $"t={time},v1={Convert.ToHexStringLower(signature)}");
        request.Headers.Add(Delivery, message.Id.ToString("D"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("StyleShare", "1"));
        return request;
    }

    private static ShareOutcome Outcome(ServiceAnswer answer) => answer.Status switch
    {
        >= 200 and < 300 => new ShareOutcome.Sent(),
        // 410: the receiver says that it wants none any more.
        401 or 403 or 410 => new ShareOutcome.Revoked(),
        429 or 503 => new ShareOutcome.RetryAfter(answer.RetryAfter),
        < 500 => new ShareOutcome.Refused(answer.Status.ToString(CultureInfo.InvariantCulture)),
        _ => throw new ServiceFailedException("The webhook", answer.Status, reason: null),
    };
}
