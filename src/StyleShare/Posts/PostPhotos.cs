using System.Collections.Immutable;
using StyleShare.Photos;

namespace StyleShare.Posts;

/// <summary>What a post's grain knows of the photos that the post shows, or showed. Immutable.</summary>
internal sealed class PostPhotos
{
    /// <summary>Nothing, as of posts without photos.</summary>
    public static readonly PostPhotos None = new([]);

    private readonly ImmutableArray<PhotoView> _known;

    // The last answer, for as long as it is asked for the same array.
    private ImmutableArray<Guid> _asked;
    private ImmutableArray<PhotoView> _answer;

    private PostPhotos(ImmutableArray<PhotoView> known) => _known = known;

    /// <summary>With what was read; what is final already is believed more than a read that may be older.</summary>
    public PostPhotos Learn(ImmutableArray<PhotoView> read) => read.IsEmpty
        ? this
        : new([.. read.Where(photo => Find(photo.Id) is not { IsFinal: true }), .. _known.Where(photo => photo.IsFinal || !read.Any(other => other.Id == photo.Id))]);

    /// <summary>Whether none of these will become another one.</summary>
    public bool AreFinal(ImmutableArray<Guid> photos) => photos.All(photo => Find(photo) is { IsFinal: true });

    /// <summary>The photos in the order of their ids.</summary>
    public ImmutableArray<PhotoView> Of(ImmutableArray<Guid> photos)
    {
        if (photos.IsDefaultOrEmpty)
            return [];
        if (_asked != photos)
        {
            _answer = [.. photos.Select(photo => Find(photo) ?? PhotoView.Unknown(photo))];
            _asked = photos;
        }

        return _answer;
    }

    private PhotoView? Find(Guid photo)
    {
        foreach (var known in _known)
        {
            if (known.Id == photo)
                return known;
        }

        return null;
    }
}
