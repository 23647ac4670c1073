using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StyleShare.Api.Conventions;

/// <summary>Writes a stream of server-sent events (WHATWG HTML, 9.2).</summary>
/// <remarks>
/// By hand and not by the framework's formatter, which knows no comments: proxies give a connection up on which nothing is
/// said for a while. Each event is sent in one piece; a client that does not read is cut off by the server's data rate.
/// </remarks>
internal sealed class ServerSentEvents
{
    private readonly HttpResponse _response;
    private readonly CancellationToken _cancellation;

    private ServerSentEvents(HttpResponse response, CancellationToken cancellation) =>
        (_response, _cancellation) = (response, cancellation);

    /// <summary>Begins the answer.</summary>
    /// <param name="retry">After how long a client that was cut off is to come back.</param>
    public static async Task<ServerSentEvents> Begin(HttpContext http, TimeSpan retry, CancellationToken cancellation)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        // nginx collects answers otherwise, until there is enough to send.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var events = new ServerSentEvents(http.Response, cancellation);
        events.Write("retry: "u8, (long)retry.TotalMilliseconds);
        events.End();
        await events.Flush();
        return events;
    }

    /// <summary>Reads where a client was: what came with the last event that had an id; null if it comes for the first time.</summary>
    /// <returns>False if it says something that no event had.</returns>
    public static bool TryReadPosition(HttpContext http, out long? position)
    {
        position = null;
        var header = http.Request.Headers["Last-Event-ID"];
        if (header.Count == 0 || header[0] is not { Length: > 0 } text)
            return true;
        if (header.Count > 1 || !long.TryParse(text, System.Globalization.NumberStyles.None, null, out var read))
            return false;
        position = read;
        return true;
    }

    /// <summary>Adds an event; <see cref="Flush"/> sends it.</summary>
    /// <param name="id">Where the client is once it has this event; null if it is where it was before.</param>
    public void Add<T>(string name, long? id, T body, JsonTypeInfo<T> type)
    {
        if (id is { } position)
            Write("id: "u8, position);
        var buffer = _response.BodyWriter;
        buffer.Write("event: "u8);
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(name));
        buffer.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer, Contracts.ApiJson.Writing))
            JsonSerializer.Serialize(json, body, type);
        buffer.Write("\n"u8);
        End();
    }

    /// <summary>Says that the stream is alive.</summary>
    public Task Alive()
    {
        _response.BodyWriter.Write(": alive\n\n"u8);
        return Flush();
    }

    /// <summary>Sends what was added.</summary>
    public async Task Flush() => await _response.BodyWriter.FlushAsync(_cancellation);

    private void Write(ReadOnlySpan<byte> field, long value)
    {
        var buffer = _response.BodyWriter;
        buffer.Write(field);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        buffer.Write(digits[..length]);
        buffer.Write("\n"u8);
    }

    private void End() => _response.BodyWriter.Write("\n"u8);
}
