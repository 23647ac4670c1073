using System.Collections.Immutable;

namespace StyleShare.Photos;

/// <summary>Finds the photos of a person, for the erasure of their account: some at a time, until there is nothing.</summary>
/// <remarks>They are to be removed by their grains, once nothing shows them any more.</remarks>
public sealed class PhotoErasure
{
    private readonly PhotoStore _store;

    internal PhotoErasure(PhotoStore store) => _store = store;

    /// <summary>Photos of the person.</summary>
    public Task<ImmutableArray<Guid>> PhotosOf(Guid user, int limit) => _store.OwnedBy(user, limit);
}
