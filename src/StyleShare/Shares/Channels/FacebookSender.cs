using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>Posts to a page on Facebook by the Graph API: <c>POST /{page}/feed</c> with the page's access token.</summary>
internal sealed class FacebookSender : IChannelSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "facebook";

    // Its limits are counted by the hour, and it does not say when they end.
    private static readonly TimeSpan LimitPause = TimeSpan.FromMinutes(15);

    private readonly ChannelServiceOptions _options;
    private readonly ServiceClient _service;

    public FacebookSender(IHttpClientFactory clients, IOptions<ShareOptions> options, TimeProvider clock)
    {
        _options = options.Value.Facebook;
        _service = new ServiceClient(clients, Client, _options.Limits, clock);
    }

    public ShareChannel Channel => ShareChannel.Facebook;

    public bool IsOn => _options.Server is not null;

    public async Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation)
    {
        var url = new Uri($"{_options.Server!.AbsoluteUri.TrimEnd('/')}/{connection.Account}/feed");
        return Outcome(await _service.Send(() => Request(url, connection, message), "", cancellation));
    }

    public void Dispose() => _service.Dispose();

    private static HttpRequestMessage Request(Uri url, Connection connection, ShareMessage message) => new(HttpMethod.Post, url)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["message"] = message.Text,
            ["link"] = message.Link.AbsoluteUri,
        }),
        // Not as a parameter, as its examples have it: what is in addresses and bodies gets into logs more easily.
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", connection.Token) },
    };

    // What its error codes mean: https://developers.facebook.com/docs/graph-api/guides/error-handling. The status says little.
    private static ShareOutcome Outcome(ServiceAnswer answer)
    {
        if (answer.IsSuccess)
            return new ShareOutcome.Sent();
        var code = Read(answer);
        return (answer.Status, code) switch
        {
            // The same text and link within a short time: an earlier try came through, for each share has a link of its own.
            (_, 506) => new ShareOutcome.Sent(),
            (_, 102 or 190 or 10 or (>= 200 and <= 299)) => new ShareOutcome.Revoked(),
            (_, 4 or 17 or 32 or 341 or 613) or (429, _) => new ShareOutcome.RetryAfter(answer.RetryAfter ?? LimitPause),
            (503, _) => new ShareOutcome.RetryAfter(answer.RetryAfter),
            (_, 1 or 2) or ( >= 500, _) => throw new ServiceFailedException("Facebook", answer.Status, code?.ToString(CultureInfo.InvariantCulture)),
            (401 or 403, _) => new ShareOutcome.Revoked(),
            _ => new ShareOutcome.Refused((code ?? answer.Status).ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static int? Read(ServiceAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, ChannelJson.Default.FacebookErrorBody)?.Error?.Code;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
