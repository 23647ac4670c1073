using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>Keeps objects in a bucket of S3, or of a service that speaks the same; clients go there by themselves.</summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly S3Options _options;

    /// <summary>Creates it from its settings.</summary>
    public S3ObjectStore(IOptions<S3Options> options)
    {
        _options = options.Value;
        _client = S3Client.Create(_options);
    }

    /// <inheritdoc/>
    public Task Put(string key, Stream content, long bytes, ObjectMeta meta, CancellationToken cancellation = default)
    {
        ObjectKeys.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new S3Upload(_client, _options, key, meta).Send(content, bytes, cancellation);
    }

    /// <inheritdoc/>
    public Task<long> Put(string key, Stream content, ObjectMeta meta, CancellationToken cancellation = default) =>
        new S3Upload(_client, _options, ObjectKeys.Check(key), meta).Send(content, cancellation);

    /// <inheritdoc/>
    public async Task<ObjectContent?> Get(string key, ObjectRange? range = null, CancellationToken cancellation = default)
    {
        ObjectKeys.Check(key);
        ObjectRange.Check(range);
        if (range is { Bytes: 0 })
            return await Nothing(key, cancellation);
        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = key };
        if (range is { } part)
            request.ByteRange = new ByteRange(part.From, part.Bytes > long.MaxValue - part.From ? long.MaxValue : part.From + part.Bytes - 1);
        try
        {
            var response = await S3Errors.Calling(() => _client.GetObjectAsync(request, cancellation), cancellation);
            var total = TotalOf(response);
            var head = new ObjectHead(
                key, total, TagOf(response.ETag), TimeOf(response.LastModified), response.Headers.ContentType, response.Headers.CacheControl);
            return new ObjectContent(
                new S3Stream(response, _options.Timeout), head, new ObjectRange(Math.Min(range?.From ?? 0, total), response.ContentLength));
        }
        catch (AmazonS3Exception e) when (S3Errors.IsAbsent(e))
        {
            return null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await Nothing(key, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectHead?> Head(string key, CancellationToken cancellation = default)
    {
        var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = ObjectKeys.Check(key) };
        try
        {
            var head = await S3Errors.Calling(() => _client.GetObjectMetadataAsync(request, cancellation), cancellation);
            return new ObjectHead(
                key, head.ContentLength, TagOf(head.ETag), TimeOf(head.LastModified), head.Headers.ContentType, head.Headers.CacheControl);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsAbsent(e))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task Delete(string key, CancellationToken cancellation = default)
    {
        var request = new DeleteObjectRequest { BucketName = _options.Bucket, Key = ObjectKeys.Check(key) };
        return S3Errors.Calling(() => _client.DeleteObjectAsync(request, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectHead> List(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = ObjectKeys.CheckPrefix(prefix) };
        while (true)
        {
            var page = await S3Errors.Calling(() => _client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.S3Objects ?? [])
                yield return new ObjectHead(found.Key, found.Size ?? 0, TagOf(found.ETag), TimeOf(found.LastModified));
            if (page.IsTruncated != true)
                yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SignedRequest> SignPut(string key, string contentType, long bytes, TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var request = Presign(key, HttpVerb.PUT, lasts);
        request.ContentType = contentType;
        // A header that is signed must be sent as it was signed, and a body is as long as its header says.
        request.Headers.ContentLength = bytes;
        return new SignedRequest("PUT", await UrlOf(request), [new("Content-Type", contentType)], ExpiresAt(request));
    }

    /// <inheritdoc/>
    public async ValueTask<SignedRequest> SignGet(string key, TimeSpan lasts, string? downloadName = null)
    {
        var request = Presign(key, HttpVerb.GET, lasts);
        if (downloadName is not null)
        {
            request.ResponseHeaderOverrides.ContentDisposition = Downloads.Disposition(downloadName);
            request.ResponseHeaderOverrides.ContentType = Downloads.TypeOf((await Head(key))?.ContentType);
            request.ResponseHeaderOverrides.CacheControl = "private, no-store";
        }

        return new SignedRequest("GET", await UrlOf(request), [], ExpiresAt(request));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // By the machine's clock, which is what the service compares its own with.
    private GetPreSignedUrlRequest Presign(string key, HttpVerb verb, TimeSpan lasts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lasts, TimeSpan.Zero);
        return new GetPreSignedUrlRequest
        {
            BucketName = _options.Bucket,
            Key = ObjectKeys.Check(key),
            Verb = verb,
            Expires = DateTime.UtcNow + lasts,
            Protocol = _options.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
    }

    private Task<Uri> UrlOf(GetPreSignedUrlRequest request) =>
        S3Errors.Calling(async () => new Uri(await _client.GetPreSignedURLAsync(request)), CancellationToken.None);

    private static DateTimeOffset ExpiresAt(GetPreSignedUrlRequest request) => TimeOf(request.Expires);

    // An object that is there, and nothing of it.
    private async Task<ObjectContent?> Nothing(string key, CancellationToken cancellation) =>
        await Head(key, cancellation) is { } head ? new ObjectContent(Stream.Null, head, new ObjectRange(head.Bytes, 0)) : null;

    private static long TotalOf(GetObjectResponse response) =>
        response.ContentRange is { } range && long.TryParse(range.AsSpan(range.LastIndexOf('/') + 1), out var total)
            ? total
            : response.ContentLength;

    private static string TagOf(string? tag) => tag?.Trim('"') ?? "";

    // To the second, as heads of answers say it; lists say it to the millisecond.
    private static DateTimeOffset TimeOf(DateTime? time) =>
        DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(time ?? DateTime.UnixEpoch).ToUnixTimeSeconds());
}
