using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

/// <summary>Follows a live stream as a client would, with the framework's own parser.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _patience;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly SseParser<string> _parser;

    private EventStream(HttpClient http, HttpResponseMessage answer, Stream body, CancellationTokenSource patience)
    {
        (_http, _answer, _patience) = (http, answer, patience);
        _parser = SseParser.Create(body);
        _events = _parser.EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
    }

    /// <summary>The id of the last event that had one: where to come back to.</summary>
    public string LastId => _parser.LastEventId;

    /// <summary>Opens a stream.</summary>
    public static async Task<EventStream> Open(
        Uri address, string token, string? lastId = null, string path = "/v1/notifications/stream")
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (lastId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new EventStream(http, answer, await answer.Content.ReadAsStreamAsync(patience.Token), patience);
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<(string Name, JsonNode Data)?> Next() => await _events.MoveNextAsync()
        ? (_events.Current.EventType, JsonNode.Parse(_events.Current.Data)!)
        : null;

    /// <summary>The next event of a kind; those before it are skipped.</summary>
    public async Task<JsonNode> Next(string name)
    {
        while (await Next() is { } next)
        {
            if (next.Name == name)
                return next.Data;
        }

        throw new InvalidOperationException($"The stream ended before an event '{name}' came.");
    }

    /// <summary>Reads until so many lines are unread; all lines that came on the way.</summary>
    public async Task<List<JsonNode>> UntilUnread(long count)
    {
        var lines = new List<JsonNode>();
        while (await Next() is { } next)
        {
            if (next.Name == "unread" && next.Data["count"]!.GetValue<long>() == count)
                return lines;
            if (next.Name != "unread")
                lines.Add(next.Data);
        }

        throw new InvalidOperationException($"The stream ended before {count} were unread.");
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        _answer.Dispose();
        _http.Dispose();
        _patience.Dispose();
    }
}
