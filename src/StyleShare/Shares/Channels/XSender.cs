using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>Posts on X by its API, version 2: <c>POST /2/tweets</c> with the person's OAuth 2.0 token.</summary>
internal sealed class XSender : IChannelSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "x";

    private const int Limit = 280;

    // Its windows last a quarter of an hour, if it does not say when this one ends.
    private static readonly TimeSpan LimitPause = TimeSpan.FromMinutes(15);

    private readonly ChannelServiceOptions _options;
    private readonly ServiceClient _service;

    public XSender(IHttpClientFactory clients, IOptions<ShareOptions> options, TimeProvider clock)
    {
        _options = options.Value.X;
        _service = new ServiceClient(clients, Client, _options.Limits, clock);
    }

    public ShareChannel Channel => ShareChannel.X;

    public bool IsOn => _options.Server is not null;

    public async Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation)
    {
        var url = new Uri($"{_options.Server!.AbsoluteUri.TrimEnd('/')}/2/tweets");
        var text = FittedText.Fit(message.Text, Limit - 1 - FittedText.LinkWeight, FittedText.WeightOnX) + "\n" + message.Link.AbsoluteUri;
        var body = JsonSerializer.SerializeToUtf8Bytes(new(text), ChannelJson.Default.XPost);
        return Outcome(await _service.Send(() => Request(url, connection, body), "", cancellation));
    }

    public void Dispose() => _service.Dispose();

    private static HttpRequestMessage Request(Uri url, Connection connection, byte[] body) => new(HttpMethod.Post, url)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", connection.Token) },
    };

    private static ShareOutcome Outcome(ServiceAnswer answer) => answer.Status switch
    {
        >= 200 and < 300 => new ShareOutcome.Sent(),
        // An earlier try came through: each share has a link of its own, so no other post has this text.
        403 when IsDuplicate(answer) => new ShareOutcome.Sent(),
        401 or 403 => new ShareOutcome.Revoked(),
        429 => new ShareOutcome.RetryAfter(answer.RetryAfter ?? LimitPause),
        503 => new ShareOutcome.RetryAfter(answer.RetryAfter),
        < 500 => new ShareOutcome.Refused(answer.Status.ToString(CultureInfo.InvariantCulture)),
        _ => throw new ServiceFailedException("X", answer.Status, reason: null),
    };

    private static bool IsDuplicate(ServiceAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, ChannelJson.Default.XProblem)?.Detail
                ?.Contains("duplicate content", StringComparison.OrdinalIgnoreCase) == true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
