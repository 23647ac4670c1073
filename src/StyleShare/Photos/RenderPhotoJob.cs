using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Imaging;
using StyleShare.Jobs;
using StyleShare.Objects;

namespace StyleShare.Photos;

/// <summary>Which photo is to be processed.</summary>
public sealed record RenderPhoto(Guid Photo);

/// <summary>Makes what was uploaded a photo: checks it, links it to its picture, and renders that if nobody has yet.</summary>
/// <remarks>
/// Every step may be done twice, so a job that is cut off anywhere is done again: what is stored under a key follows from the
/// bytes of the upload, and what the photo has become already is not decided anew. The upload goes last.
/// </remarks>
internal sealed class RenderPhotoJob(
    IGrainFactory grains,
    IObjectStore objects,
    IImageWorkers workers,
    PhotoNews news,
    IOptions<PhotoOptions> options,
    IOptions<ImagingOptions> imaging,
    ILogger<RenderPhotoJob> log) : IJobHandler<RenderPhoto>
{
    /// <summary>
    /// Somebody waits for it: a photo takes a second, the worst that the limits allow a minute. Its tries are for what may pass
    /// by itself; an object store that is away is waited for without counting them.
    /// </summary>
    public static readonly JobKind<RenderPhoto> Kind = new("render-photo", PhotoJson.Default.RenderPhoto)
    {
        Tries = 12,
        TimeLimit = TimeSpan.FromMinutes(2),
        MaxBackoff = TimeSpan.FromHours(1),
    };

    // A picture that a worker fails at this often, whatever else may be wrong with the machine, is taken for the cause.
    private const int TriesOfWorkers = 4;

    // What was there when the photo was completed may be back in a quarter of an hour, such as a volume that was not mounted.
    private const int TriesOfUploads = 6;

    // One that needs more than a worker gets will need it again; once more, as the machine may have been short of time.
    private const int TriesOfLimits = 2;

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WorkersPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PicturePause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task Run(JobContext context, RenderPhoto payload, CancellationToken cancellation)
    {
        var photo = grains.GetGrain<IPhotoGrain>(payload.Photo);
        try
        {
            if (await photo.Work() is { State: PhotoState.Processing } work)
                await Process(context, payload.Photo, photo, work, cancellation);

            // Whoever was cut off behind the decision has told nobody.
            await news.Tell(payload.Photo, cancellation);
            await objects.Delete(PhotoKeys.Upload(payload.Photo), cancellation);
        }
        catch (ObjectStoreUnavailable)
        {
            throw new RetryLater(StorePause, "The object store is away.", countsAsTry: false);
        }
        catch (Refusal e) when (e.Kind == RefusalKind.NotFound)
        {
            // It was removed meanwhile; what was uploaded goes with it by a job of its own.
        }
        catch (Refusal e) when (e.Kind == RefusalKind.Unavailable)
        {
            throw new RetryLater(PicturePause, e.Code, countsAsTry: false);
        }
    }

    private async Task Process(JobContext context, Guid id, IPhotoGrain photo, PhotoWork work, CancellationToken cancellation)
    {
        var upload = await Read(PhotoKeys.Upload(id), cancellation);
        if (upload is null && context.Try < TriesOfUploads)
            throw new InvalidOperationException("What was uploaded is not in the object store.");
        var content = upload is null ? null : Convert.ToHexStringLower(SHA256.HashData(upload));
        if (Problem(work, upload, content) is { } problem)
        {
            await photo.Reject(PhotoRejections.NameOf(problem));
            return;
        }

        // Linked before anything is stored for it: what is linked is not removed.
        if (await photo.Link(content!) is { } known)
        {
            await photo.Ready(known);
            return;
        }

        switch (await Render(context, photo, upload!, cancellation))
        {
            case RenderResult.Rejected rejected:
                await photo.Reject(PhotoRejections.NameOf(rejected.Reason));
                break;
            case RenderResult.Rendered rendered:
                await Store(content!, upload!, work, rendered.Renditions, cancellation);
                await photo.Ready(PictureOf(rendered));
                break;
        }
    }

    private RejectReason? Problem(PhotoWork work, byte[]? upload, string? content)
    {
        // It was there once, unless somebody cleared the store away.
        if (upload is null)
            return RejectReason.Corrupt;
        if (upload.Length == 0)
            return RejectReason.NotAnImage;
        if (upload.Length > imaging.Value.MaxBytes)
            return RejectReason.TooLarge;
        return upload.Length != work.Bytes || (work.Sha256 is { } announced && announced != content) ? RejectReason.ChecksumMismatch : null;
    }

    private async Task<RenderResult> Render(JobContext context, IPhotoGrain photo, byte[] upload, CancellationToken cancellation)
    {
        try
        {
            return await workers.Render(upload, new Percents(photo), cancellation);
        }
        catch (ImageWorkerFailed e) when (e.IsUnavailable)
        {
            // Nothing can be rendered on this silo; somebody has to see to that, and meanwhile others may.
            throw new RetryLater(WorkersPause, e.Message, countsAsTry: false);
        }
        catch (ImageWorkerFailed e) when (context.Try >= (e.IsLimit ? TriesOfLimits : TriesOfWorkers))
        {
            PhotoLog.GivenUp(log, context.Id, context.Try, e);
            return new RenderResult.Rejected(RejectReason.Corrupt);
        }
        catch (ImageWorkerFailed e)
        {
            throw new RetryLater(PicturePause * context.Try, e.Message);
        }
    }

    private async Task Store(
        string content, byte[] upload, PhotoWork work, ImmutableArray<Rendition> renditions, CancellationToken cancellation)
    {
        await Task.WhenAll(renditions.Select(rendition => Put(
            PhotoKeys.Rendition(content, rendition.Name, PhotoKeys.EndingOf(rendition.ContentType)),
            rendition.Bytes, new(rendition.ContentType, ObjectMeta.Immutable), cancellation)));
        if (options.Value.KeepOriginals)
            await Put(PhotoKeys.Original(content), upload, new(work.ContentType), cancellation);
    }

    private async Task Put(string key, ReadOnlyMemory<byte> bytes, ObjectMeta meta, CancellationToken cancellation)
    {
        await using var stream = MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        await objects.Put(key, stream, bytes.Length, meta, cancellation);
    }

    // Into memory once, never more than what may be uploaded and a byte.
    private async Task<byte[]?> Read(string key, CancellationToken cancellation)
    {
        await using var stored = await objects.Get(key, new ObjectRange(0, imaging.Value.MaxBytes + 1L), cancellation);
        if (stored is null)
            return null;
        var bytes = new byte[(int)stored.Range.Bytes];
        await stored.Content.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private static PhotoPicture PictureOf(RenderResult.Rendered rendered) => new(
        rendered.Picture.Width,
        rendered.Picture.Height,
        rendered.Picture.Placeholder,
        rendered.Picture.Color,
        [.. rendered.Renditions.DistinctBy(rendition => rendition.Name)
            .Select(rendition => new PhotoSize(rendition.Name, rendition.Width, rendition.Height))]);

    // Nobody waits for it: progress that is lost says nothing but that it goes on.
    private sealed class Percents(IPhotoGrain photo) : IProgress<int>
    {
        private const int Step = 10;
        private int _told;

        public void Report(int value)
        {
            if (value < _told + Step)
                return;
            _told = value;
            _ = Tell(value);
        }

        private async Task Tell(int value)
        {
            try
            {
                await photo.Progress(value);
            }
            catch (Exception)
            {
                // The grain is on its way to another silo, or has too much to do.
            }
        }
    }
}
