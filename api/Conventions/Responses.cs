using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace StyleShare.Api.Conventions;

/// <summary>Writes bodies: generated code into a buffer of the thread, then in one piece, with its length, to the client.</summary>
internal static class Responses
{
    public const string JsonType = "application/json; charset=utf-8";

    // What a thread keeps between answers. Nothing is awaited while it is in use.
    [ThreadStatic]
    private static Scratch? Reused;

    /// <summary>Answers with a body.</summary>
    public static Task Json<T>(HttpContext http, int status, T body, JsonTypeInfo<T> type, string contentType = JsonType)
    {
        var bytes = Serialize(body, type);
        http.Response.StatusCode = status;
        Send(http, bytes, contentType);
        return Task.CompletedTask;
    }

    /// <summary>Answers with one resource and its ETag, or with 304 if the caller has it already.</summary>
    /// <param name="version">Grows with each change of the resource.</param>
    public static Task Resource<T>(HttpContext http, T body, long version, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        Resource(http, Serialize(body, type), version, status);
        return Task.CompletedTask;
    }

    /// <summary>The same of bytes that are JSON already.</summary>
    public static void Resource(HttpContext http, ReadOnlySpan<byte> json, long version, int status = StatusCodes.Status200OK)
    {
        var tag = ETags.Of(version, json);
        http.Response.Headers.ETag = tag;
        // What the caller did with it is part of the resource: no cache may give it to another.
        http.Response.Headers.CacheControl = "private, no-cache";
        if (status == StatusCodes.Status200OK && ETags.IsKnown(http.Request.Headers.IfNoneMatch, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.StatusCode = status;
        Send(http, json, JsonType);
    }

    /// <summary>Answers that it is done and that there is nothing more to say.</summary>
    public static void NoContent(HttpContext http) => http.Response.StatusCode = StatusCodes.Status204NoContent;

    private static void Send(HttpContext http, ReadOnlySpan<byte> bytes, string contentType)
    {
        var response = http.Response;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes);
    }

    private static ReadOnlySpan<byte> Serialize<T>(T body, JsonTypeInfo<T> type)
    {
        var scratch = Reused ??= new Scratch();
        return scratch.Serialize(body, type);
    }

    private sealed class Scratch
    {
        // A page of posts is some 100 kB; what was larger is not kept.
        private const int MaxKept = 262_144;
        private ArrayBufferWriter<byte> _buffer = new(4_096);
        private readonly Utf8JsonWriter _writer;

        public Scratch() => _writer = new Utf8JsonWriter(_buffer, Contracts.ApiJson.Writing);

        public ReadOnlySpan<byte> Serialize<T>(T body, JsonTypeInfo<T> type)
        {
            if (_buffer.Capacity > MaxKept)
                _buffer = new ArrayBufferWriter<byte>(4_096);
            _buffer.ResetWrittenCount();
            _writer.Reset(_buffer);
            JsonSerializer.Serialize(_writer, body, type);
            _writer.Flush();
            return _buffer.WrittenSpan;
        }
    }
}
