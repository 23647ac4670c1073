using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>Posts on whatever server of Mastodon's a person is: <c>POST /api/v1/statuses</c>, idempotent by the share's id.</summary>
internal sealed class MastodonSender : IChannelSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "mastodon";

    private const int Limit = 500;

    // Servers are told apart by a hash of their names; what one made-up server breaks is hardly anybody else's.
    private const int Breakers = 256;

    // Its windows last five minutes, if it does not say when this one ends.
    private static readonly TimeSpan LimitPause = TimeSpan.FromMinutes(5);

    private readonly ChannelHostsOptions _options;
    private readonly ServiceClient _service;

    public MastodonSender(IHttpClientFactory clients, IOptions<ShareOptions> options, TimeProvider clock)
    {
        _options = options.Value.Mastodon;
        _service = new ServiceClient(clients, Client, _options.Limits, clock, Breakers);
    }

    public ShareChannel Channel => ShareChannel.Mastodon;

    public bool IsOn => _options.Enabled;

    public async Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation)
    {
        var url = new Uri(connection.Account + "/api/v1/statuses");
        var text = FittedText.Fit(message.Text, Limit - 1 - FittedText.LinkWeight, FittedText.WeightOnMastodon)
            + "\n" + message.Link.AbsoluteUri;
        var body = JsonSerializer.SerializeToUtf8Bytes(new(text, message.Locale), ChannelJson.Default.MastodonStatus);
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

    private static HttpRequestMessage Request(Uri url, Connection connection, ShareMessage message, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", connection.Token) },
        };
        request.Headers.Add("Idempotency-Key", message.Id.ToString("D"));
        return request;
    }

    private static ShareOutcome Outcome(ServiceAnswer answer) => answer.Status switch
    {
        >= 200 and < 300 => new ShareOutcome.Sent(),
        401 or 403 => new ShareOutcome.Revoked(),
        429 => new ShareOutcome.RetryAfter(answer.RetryAfter ?? LimitPause),
        503 => new ShareOutcome.RetryAfter(answer.RetryAfter),
        < 500 => new ShareOutcome.Refused(answer.Status.ToString(CultureInfo.InvariantCulture)),
        _ => throw new ServiceFailedException("Mastodon", answer.Status, reason: null),
    };
}
