using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;

namespace StyleShare.Objects;

/// <summary>Sends one object: in one piece, or a large one in parts, of which one at a time is in memory.</summary>
internal sealed class S3Upload(AmazonS3Client client, S3Options options, string key, ObjectMeta meta)
{
    private const int MaxParts = 10_000;

    // A body of unknown length: each so many parts a part is half as long again, so that with parts of 8 MB at the beginning
    // 10,000 are enough for 900 GB, of which the last ones have 300 MB.
    private const int PartsOfOneSize = 1_000;
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    private S3CannedACL? Acl => options.PublicAcl && ObjectKeys.IsPublic(key) ? S3CannedACL.PublicRead : null;

    /// <summary>Sends a body of a known length.</summary>
    public async Task Send(Stream content, long bytes, CancellationToken cancellation)
    {
        if (bytes > options.PartBytes)
        {
            var size = Math.Max(options.PartBytes, bytes / MaxParts + 1);
            await SendParts(content, bytes, _ => size, cancellation);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)bytes));
        try
        {
            await Fill(content, buffer.AsMemory(0, (int)bytes), cancellation);
            await CheckEnd(content, cancellation);
            await SendWhole(buffer, (int)bytes, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends a body to its end; returns how long it was.</summary>
    public async Task<long> Send(Stream content, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(options.PartBytes);
        try
        {
            var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, options.PartBytes), options.PartBytes, throwOnEndOfStream: false, cancellation);
            if (read == options.PartBytes)
            {
                await using var all = new PrefixedStream(buffer.AsMemory(0, read), content);
                return await SendParts(all, bytes: null, SizeOfPart, cancellation);
            }

            await SendWhole(buffer, read, cancellation);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private long SizeOfPart(int number) =>
        Math.Min(Array.MaxLength, (long)(options.PartBytes * Math.Pow(1.5, (number - 1) / PartsOfOneSize)));

    private async Task SendWhole(byte[] buffer, int bytes, CancellationToken cancellation)
    {
        using var whole = new MemoryStream(buffer, 0, bytes, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key,
            InputStream = whole,
            AutoCloseStream = false,
            ContentType = meta.ContentType,
            CannedACL = Acl,
        };
        if (meta.CacheControl is { } cache)
            request.Headers.CacheControl = cache;
        await S3Errors.Calling(() => client.PutObjectAsync(request, cancellation), cancellation);
    }

    private async Task<long> SendParts(Stream content, long? bytes, Func<int, long> sizeOfPart, CancellationToken cancellation)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = options.Bucket,
            Key = key,
            ContentType = meta.ContentType,
            CannedACL = Acl,
        };
        if (meta.CacheControl is { } cache)
            request.Headers.CacheControl = cache;
        var upload = (await S3Errors.Calling(() => client.InitiateMultipartUploadAsync(request, cancellation), cancellation)).UploadId;
        try
        {
            var (parts, sent) = await SendParts(upload, content, bytes, sizeOfPart, cancellation);
            if (bytes is not null)
                await CheckEnd(content, cancellation);
            var complete = new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = upload, PartETags = parts };
            await S3Errors.Calling(() => client.CompleteMultipartUploadAsync(complete, cancellation), cancellation);
            return sent;
        }
        catch
        {
            await Abort(upload);
            throw;
        }
    }

    private async Task<(List<PartETag> Parts, long Bytes)> SendParts(
        string upload, Stream content, long? bytes, Func<int, long> sizeOfPart, CancellationToken cancellation)
    {
        List<PartETag> parts = [];
        var sent = 0L;
        var buffer = Array.Empty<byte>();
        try
        {
            while (bytes is null || sent < bytes)
            {
                var size = (int)Math.Min(sizeOfPart(parts.Count + 1), (bytes ?? long.MaxValue) - sent);
                if (buffer.Length < size)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(size);
                }

                var length = await content.ReadAtLeastAsync(buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellation);
                if (length < size && bytes is not null)
                    throw new ObjectLengthException(isLonger: false);
                if (length > 0)
                    parts.Add(await SendPart(upload, parts.Count + 1, buffer, length, cancellation));
                sent += length;
                if (length < size)
                    break;
            }

            return (parts, sent);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<PartETag> SendPart(string upload, int number, byte[] buffer, int length, CancellationToken cancellation)
    {
        using var part = new MemoryStream(buffer, 0, length, writable: false);
        var request = new UploadPartRequest
        {
            BucketName = options.Bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = length,
            InputStream = part,
        };
        var sent = await S3Errors.Calling(() => client.UploadPartAsync(request, cancellation), cancellation);
        return new PartETag(number, sent.ETag);
    }

    // Parts of an upload that is not completed cost money until a rule of the bucket deletes them. If the store cannot be
    // reached, that rule does.
    private async Task Abort(string upload)
    {
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = upload }, limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What made it fail is what the caller learns.
        }
    }

    private static async Task Fill(Stream content, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation) < buffer.Length)
            throw new ObjectLengthException(isLonger: false);
    }

    private static async Task CheckEnd(Stream content, CancellationToken cancellation)
    {
        if (await content.ReadAsync(new byte[1], cancellation) > 0)
            throw new ObjectLengthException(isLonger: true);
    }
}
