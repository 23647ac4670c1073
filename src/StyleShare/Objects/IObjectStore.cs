using System.Collections.Immutable;

namespace StyleShare.Objects;

/// <summary>Keeps bytes under keys: photos, their renditions, documents. An object is replaced or deleted as a whole.</summary>
/// <remarks>
/// Keys are those of <see cref="ObjectKeys"/>; others are an <see cref="ArgumentException"/>. Every call ends within the
/// store's time limits, with <see cref="ObjectStoreUnavailable"/> if it is to be tried again later.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Stores an object, whole or not at all, in place of what was there. Once it returns, a crash loses nothing.</summary>
    /// <param name="content">Its bytes, read once from where the stream stands.</param>
    /// <param name="bytes">How many there are; another number is an <see cref="ObjectLengthException"/>, and nothing is stored.</param>
    Task Put(string key, Stream content, long bytes, ObjectMeta meta, CancellationToken cancellation = default);

    /// <summary>The same for bytes whose number shows at their end; a stream that throws stores nothing.</summary>
    /// <param name="content">Its bytes, read once from where the stream stands; a few megabytes of them are in memory.</param>
    /// <returns>How many there were.</returns>
    Task<long> Put(string key, Stream content, ObjectMeta meta, CancellationToken cancellation = default);

    /// <summary>Opens an object, or a part of it; null if there is none. What was opened stays readable when it is replaced.</summary>
    /// <param name="range">The part; one that goes beyond the end is cut there, and one that begins there has no bytes.</param>
    Task<ObjectContent?> Get(string key, ObjectRange? range = null, CancellationToken cancellation = default);

    /// <summary>What is known of an object without its bytes; null if there is none.</summary>
    Task<ObjectHead?> Head(string key, CancellationToken cancellation = default);

    /// <summary>Deletes an object; if there is none, nothing happens.</summary>
    Task Delete(string key, CancellationToken cancellation = default);

    /// <summary>The objects whose keys begin with the prefix (which may be empty), ordered by key.</summary>
    IAsyncEnumerable<ObjectHead> List(string prefix, CancellationToken cancellation = default);

    /// <summary>A request with which a client stores an object without us, once or several times.</summary>
    /// <param name="contentType">What it must be sent as; another type is refused.</param>
    /// <param name="bytes">How long it must be; another length is refused.</param>
    /// <param name="lasts">How long the request is good for: at most seven days.</param>
    ValueTask<SignedRequest> SignPut(string key, string contentType, long bytes, TimeSpan lasts);

    /// <summary>A request with which a client reads an object without us.</summary>
    /// <param name="lasts">How long the request is good for: at most seven days.</param>
    /// <param name="downloadName">
    /// The name under which it is saved: then browsers are told to save it and not to show it, and get no type that they run.
    /// </param>
    ValueTask<SignedRequest> SignGet(string key, TimeSpan lasts, string? downloadName = null);
}

/// <summary>What is stored beside the bytes.</summary>
/// <param name="ContentType">What they are, as a media type (RFC 9110, 8.3).</param>
/// <param name="CacheControl">What readers are told of keeping them (RFC 9111, 5.2); null for nothing.</param>
public sealed record ObjectMeta(string ContentType, string? CacheControl = null)
{
    /// <summary>For what never changes under its key.</summary>
    public const string Immutable = "public, max-age=31536000, immutable";
}

/// <summary>What is known of an object.</summary>
/// <param name="Bytes">How long it is.</param>
/// <param name="ETag">Changes with its bytes; without quotes.</param>
/// <param name="ModifiedAt">When it was stored.</param>
/// <param name="ContentType">Its type; null in lists, where stores do not say it.</param>
/// <param name="CacheControl">What readers are told of keeping it; null in lists, too.</param>
public sealed record ObjectHead(
    string Key, long Bytes, string ETag, DateTimeOffset ModifiedAt, string? ContentType = null, string? CacheControl = null);

/// <summary>A part of an object.</summary>
/// <param name="From">Its first byte, from 0.</param>
/// <param name="Bytes">How many.</param>
public readonly record struct ObjectRange(long From, long Bytes)
{
    /// <summary>Throws if it can be a part of nothing.</summary>
    internal static void Check(ObjectRange? range)
    {
        if (range is { From: < 0 } or { Bytes: < 0 })
            throw new ArgumentOutOfRangeException(nameof(range), "A range begins at 0 or later, and has 0 bytes or more.");
    }
}

/// <summary>An object that is being read; to be disposed.</summary>
/// <param name="content">The bytes of the part.</param>
/// <param name="head">What the object is.</param>
/// <param name="range">The part: all of it, or what was asked for within its length.</param>
public sealed class ObjectContent(Stream content, ObjectHead head, ObjectRange range, IDisposable? owner = null) : IAsyncDisposable
{
    /// <summary>The bytes of <see cref="Range"/>, to be read once.</summary>
    public Stream Content { get; } = content;

    /// <summary>What the object is.</summary>
    public ObjectHead Head { get; } = head;

    /// <summary>Which part of it <see cref="Content"/> is.</summary>
    public ObjectRange Range { get; } = range;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        owner?.Dispose();
    }
}

/// <summary>A request that needs no more than what is in it.</summary>
/// <param name="Method">GET or PUT.</param>
/// <param name="Url">Where to; it is a secret until it expires.</param>
/// <param name="Headers">The headers that must be sent with it.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
[GenerateSerializer, Immutable]
public sealed record SignedRequest(
    [property: Id(0)] string Method,
    [property: Id(1)] Uri Url,
    [property: Id(2)] ImmutableArray<KeyValuePair<string, string>> Headers,
    [property: Id(3)] DateTimeOffset ExpiresAt);
