using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StyleShare.Api.Conventions;

/// <summary>Reads bodies: whole (the server bounds their size), strict JSON, into contracts in which everything may be missing.</summary>
internal static class Bodies
{
    private static ReadOnlySpan<byte> Utf8Bom => [0xEF, 0xBB, 0xBF];

    /// <summary>The body; null, with the problem written, if it is none.</summary>
    public static async ValueTask<T?> Read<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        if (!IsJson(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await Problems.OfStatus(http);
            return null;
        }

        var reader = http.Request.BodyReader;
        var result = await ReadAll(reader, http.RequestAborted);
        T? body;
        JsonException? fault;
        try
        {
            body = Parse(result.Buffer, type, out fault);
            if (body is not null)
                Idempotency.Remember(http, result.Buffer);
        }
        finally
        {
            reader.AdvanceTo(result.Buffer.End);
        }

        if (body is null)
            await Refuse(http, fault);
        return body;
    }

    private static async ValueTask<ReadResult> ReadAll(PipeReader reader, CancellationToken cancellation)
    {
        // A read that is cancelled by a token leaves the server's reader unusable, and the server says so in its log.
        await using var registration = cancellation.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None);
            if (result.IsCompleted)
                return result;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCanceled)
                throw new OperationCanceledException(cancellation);
        }
    }

    private static T? Parse<T>(ReadOnlySequence<byte> bytes, JsonTypeInfo<T> type, out JsonException? fault)
        where T : class
    {
        fault = null;
        try
        {
            var reader = new Utf8JsonReader(
                WithoutBom(bytes), new JsonReaderOptions { MaxDepth = type.Options.MaxDepth, AllowMultipleValues = false });
            var body = JsonSerializer.Deserialize(ref reader, type);
            reader.Read(); // throws if anything follows
            return body;
        }
        catch (JsonException e)
        {
            fault = e;
            return null;
        }
    }

    private static ReadOnlySequence<byte> WithoutBom(ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length < Utf8Bom.Length)
            return bytes;
        Span<byte> start = stackalloc byte[Utf8Bom.Length];
        bytes.Slice(0, start.Length).CopyTo(start);
        return start.SequenceEqual(Utf8Bom) ? bytes.Slice(start.Length) : bytes;
    }

    // Our own words: the serializer's name .NET types.
    private static Task Refuse(HttpContext http, JsonException? fault)
    {
        var path = fault?.Path is { Length: > 2 } found && found.StartsWith("$.", StringComparison.Ordinal) ? found[2..] : null;
        var where = fault?.LineNumber is { } line && fault.BytePositionInLine is { } position
            ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {position + 1})")
            : "";
        return path is null
            ? Problems.Write(http, 400, "invalid_json", $"The body is not the JSON object that this call takes{where}.")
            : Problems.Write(
                http, 400, "invalid_json", $"The body has a value of a wrong kind in it{where}.",
                new Dictionary<string, string[]>(StringComparer.Ordinal) { [path] = ["Is broken or of a wrong kind."] });
    }

    private static bool IsJson(string? contentType) =>
        contentType is "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)));
}
