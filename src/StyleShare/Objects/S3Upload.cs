using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;

namespace StyleShare.Objects;

/// <summary>Sends one object: in one piece, or a large one in parts, of which one at a time is in memory.</summary>
internal sealed class S3Upload(AmazonS3Client client, S3Options options, string key, ObjectMeta meta)
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    private S3CannedACL? Acl => options.PublicAcl && ObjectKeys.IsPublic(key) ? S3CannedACL.PublicRead : null;

    public async Task Send(Stream content, long bytes, CancellationToken cancellation)
    {
        if (bytes <= options.PartBytes)
            await SendWhole(content, (int)bytes, cancellation);
        else
            await SendParts(content, bytes, cancellation);
    }

    private async Task SendWhole(Stream content, int bytes, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, bytes));
        try
        {
            await Fill(content, buffer.AsMemory(0, bytes), cancellation);
            await CheckEnd(content, cancellation);
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
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendParts(Stream content, long bytes, CancellationToken cancellation)
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
            var parts = await SendParts(upload, content, bytes, cancellation);
            await CheckEnd(content, cancellation);
            var complete = new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = upload, PartETags = parts };
            await S3Errors.Calling(() => client.CompleteMultipartUploadAsync(complete, cancellation), cancellation);
        }
        catch
        {
            await Abort(upload);
            throw;
        }
    }

    private async Task<List<PartETag>> SendParts(string upload, Stream content, long bytes, CancellationToken cancellation)
    {
        List<PartETag> parts = [];
        var size = (int)Math.Min(int.MaxValue / 2, Math.Max(options.PartBytes, bytes / MaxParts + 1));
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            for (var left = bytes; left > 0; left -= size)
            {
                var length = (int)Math.Min(size, left);
                await Fill(content, buffer.AsMemory(0, length), cancellation);
                using var part = new MemoryStream(buffer, 0, length, writable: false);
                var request = new UploadPartRequest
                {
                    BucketName = options.Bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    PartSize = length,
                    InputStream = part,
                };
                var sent = await S3Errors.Calling(() => client.UploadPartAsync(request, cancellation), cancellation);
                parts.Add(new PartETag(parts.Count + 1, sent.ETag));
            }

            return parts;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
