using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Photos;

/// <summary>Tells those who show a photo that it became ready, or was rejected. They look for themselves; being told twice is fine.</summary>
internal sealed class PhotoNews(IGrainFactory grains, PhotoStore store)
{
    /// <summary>Tells all; who begins to show it meanwhile looks behind their commit.</summary>
    public async Task Tell(Guid photo, CancellationToken cancellation)
    {
        var uses = await store.UsesOf(photo, cancellation);
        await Task.WhenAll(uses.Select(use => use.Kind switch
        {
            PhotoUseKind.Post => grains.GetGrain<IPostGrain>(use.Subject).PhotosChanged(),
            PhotoUseKind.Avatar => grains.GetGrain<IUserGrain>(use.Subject).AvatarChanged(),
            _ => Task.CompletedTask,
        }));
    }
}
