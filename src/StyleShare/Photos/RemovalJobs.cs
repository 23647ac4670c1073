using System.Collections.Immutable;
using StyleShare.Jobs;
using StyleShare.Objects;

namespace StyleShare.Photos;

/// <summary>Photos that something showed and does no longer.</summary>
public sealed record RemovePhotos(ImmutableArray<Guid> Photos);

/// <summary>A picture that a photo was linked to.</summary>
public sealed record RemovePicture(string Content);

/// <summary>A photo that needs no upload any more, of which one may be there.</summary>
public sealed record RemoveUpload(Guid Photo);

/// <summary>Removes the photos of posts that were deleted or edited, and avatars that were replaced, unless something else shows them.</summary>
internal sealed class RemovePhotosJob(IGrainFactory grains) : IJobHandler<RemovePhotos>
{
    /// <summary>It may not be given up: with these limits it is tried for a day before operators have to look.</summary>
    public static readonly JobKind<RemovePhotos> Kind = new("remove-photos", PhotoJson.Default.RemovePhotos)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromHours(1),
    };

    /// <inheritdoc/>
    public Task Run(JobContext context, RemovePhotos payload, CancellationToken cancellation) =>
        Task.WhenAll(payload.Photos.Select(photo => grains.GetGrain<IPhotoGrain>(photo).Remove()));
}

/// <summary>Removes the renditions of a picture that no photo is linked to any more.</summary>
/// <remarks>
/// From the mark on nothing is linked to it, so nobody sees it half removed; what is uploaded again waits for the end and is a
/// new picture. Cut off anywhere, it goes on from the mark.
/// </remarks>
internal sealed class RemovePictureJob(PhotoStore store, IObjectStore objects) : IJobHandler<RemovePicture>
{
    /// <summary>Uploads of the same picture wait for it, so it is tried often.</summary>
    public static readonly JobKind<RemovePicture> Kind = new("remove-picture", PhotoJson.Default.RemovePicture)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromMinutes(10),
    };

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task Run(JobContext context, RemovePicture payload, CancellationToken cancellation)
    {
        if (!await store.BeginRemoval(payload.Content))
            return;
        try
        {
            await Task.WhenAll(PhotoKeys.AllOf(payload.Content).Select(key => objects.Delete(key, cancellation)));
        }
        catch (ObjectStoreUnavailable)
        {
            throw new RetryLater(StorePause, "The object store is away.", countsAsTry: false);
        }

        await store.EndRemoval(payload.Content);
    }
}

/// <summary>Removes what was uploaded, or came late, of a photo that is gone, ready or rejected.</summary>
internal sealed class RemoveUploadJob(IObjectStore objects) : IJobHandler<RemoveUpload>
{
    /// <summary>It may not be given up: with these limits it is tried for a day before operators have to look.</summary>
    public static readonly JobKind<RemoveUpload> Kind = new("remove-upload", PhotoJson.Default.RemoveUpload)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromHours(1),
    };

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task Run(JobContext context, RemoveUpload payload, CancellationToken cancellation)
    {
        try
        {
            await objects.Delete(PhotoKeys.Upload(payload.Photo), cancellation);
        }
        catch (ObjectStoreUnavailable)
        {
            throw new RetryLater(StorePause, "The object store is away.", countsAsTry: false);
        }
    }
}
