using System.Collections.Immutable;

namespace StyleShare.Feeds;

/// <summary>The posts that were published last, by all, in commit order; answers what is new from some authors.</summary>
/// <remarks>
/// A ring: the newest overwrite the oldest. Each entry points to the one before it by the same author, and the last of each
/// author is indexed, so news of N authors cost N look-ups, or one look at each entry since, whichever is less.
/// One writer, many readers on many threads.
/// </remarks>
public sealed class PostRing
{
    private readonly Lock _lock = new();
    private readonly Slot[] _slots;
    private readonly Dictionary<Guid, long> _lastByAuthor = [];
    private long _start;
    private long _end;

    /// <summary>Creates an empty ring.</summary>
    /// <param name="capacity">How many posts it keeps.</param>
    public PostRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _slots = new Slot[capacity];
    }

    /// <summary>The position behind the newest post: who has seen all up to here has seen everything.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>How many posts are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return (int)(_end - _start);
        }
    }

    /// <summary>Adds posts that were committed since the last ones.</summary>
    public void Add(ReadOnlySpan<FeedEntry> posts)
    {
        if (posts.IsEmpty)
            return;
        lock (_lock)
        {
            var end = _end;
            foreach (var post in posts)
                Put(post, end++);
            Volatile.Write(ref _end, end);
        }
    }

    /// <summary>Forgets everything: who has read to any earlier position is told so.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Array.Clear(_slots);
            _lastByAuthor.Clear();
            _start = _end + 1;
            Volatile.Write(ref _end, _start);
        }
    }

    /// <summary>Collects the posts of these authors since a position.</summary>
    /// <param name="position">Where the reader is; moves to the end.</param>
    /// <param name="authors">Sorted.</param>
    /// <param name="news">Gets the posts, in no order.</param>
    /// <returns>False if the reader is behind the oldest post that is kept, so that some may be missing.</returns>
    public bool TryRead(ref long position, ReadOnlySpan<Guid> authors, List<FeedEntry> news)
    {
        if (position == End)
            return true;
        lock (_lock)
        {
            if (position < _start)
                return false;
            if (_end - position <= authors.Length)
                ReadEach(position, authors, news);
            else
                ReadByAuthor(position, authors, news);
            position = _end;
            return true;
        }
    }

    private void Put(FeedEntry post, long at)
    {
        if (at - _start == _slots.Length)
            DropOldest();
        var before = _lastByAuthor.TryGetValue(post.AuthorId, out var last) ? last : -1;
        _slots[at % _slots.Length] = new(post, before);
        _lastByAuthor[post.AuthorId] = at;
    }

    private void DropOldest()
    {
        var author = _slots[_start % _slots.Length].Post.AuthorId;
        if (_lastByAuthor[author] == _start)
            _lastByAuthor.Remove(author);
        _start++;
    }

    private void ReadEach(long position, ReadOnlySpan<Guid> authors, List<FeedEntry> news)
    {
        for (; position < _end; position++)
        {
            var post = _slots[position % _slots.Length].Post;
            if (authors.BinarySearch(post.AuthorId) >= 0)
                news.Add(post);
        }
    }

    private void ReadByAuthor(long position, ReadOnlySpan<Guid> authors, List<FeedEntry> news)
    {
        foreach (var author in authors)
        {
            var at = _lastByAuthor.GetValueOrDefault(author, -1);
            while (at >= position)
            {
                ref readonly var slot = ref _slots[at % _slots.Length];
                news.Add(slot.Post);
                at = slot.Before;
            }
        }
    }

    /// <param name="Before">Position of the author's post before this one; -1 or one that is overwritten if there is none.</param>
    private readonly record struct Slot(FeedEntry Post, long Before);
}
