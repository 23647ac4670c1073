namespace Orleans.Embedded;

/// <summary>A set of 32-bit hashes: segments, bounds included, in order and apart from each other. Immutable.</summary>
internal sealed class HashRanges
{
    public static readonly HashRanges Empty = new([]);

    public static readonly HashRanges All = new([(0, uint.MaxValue)]);

    private readonly (uint First, uint Last)[] _segments;

    private HashRanges((uint First, uint Last)[] segments) => _segments = segments;

    public IReadOnlyList<(uint First, uint Last)> Segments => _segments;

    public bool IsEmpty => _segments.Length == 0;

    /// <summary>The union of segments, which may come in any order, touch and overlap.</summary>
    public static HashRanges Of(IEnumerable<(uint First, uint Last)> segments)
    {
        var merged = new List<(uint First, uint Last)>();
        foreach (var segment in segments.Order())
        {
            if (merged.Count != 0 && (merged[^1].Last == uint.MaxValue || segment.First <= merged[^1].Last + 1))
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, segment.Last));
            else
                merged.Add(segment);
        }

        return merged.Count == 0 ? Empty : new HashRanges([.. merged]);
    }

    public bool Contains(uint hash)
    {
        int low = 0, high = _segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (hash < _segments[middle].First)
                high = middle - 1;
            else if (hash > _segments[middle].Last)
                low = middle + 1;
            else
                return true;
        }

        return false;
    }

    /// <summary>What is in this set and not in the other.</summary>
    public HashRanges Except(HashRanges other) => Intersect(other.Complement());

    public HashRanges Intersect(HashRanges other)
    {
        var common = new List<(uint, uint)>();
        int mine = 0, theirs = 0;
        while (mine < _segments.Length && theirs < other._segments.Length)
        {
            var a = _segments[mine];
            var b = other._segments[theirs];
            var (first, last) = (Math.Max(a.First, b.First), Math.Min(a.Last, b.Last));
            if (first <= last)
                common.Add((first, last));
            if (a.Last < b.Last)
                mine++;
            else
                theirs++;
        }

        return common.Count == 0 ? Empty : new HashRanges([.. common]);
    }

    private HashRanges Complement()
    {
        var gaps = new List<(uint, uint)>();
        ulong next = 0;
        foreach (var (first, last) in _segments)
        {
            if (next < first)
                gaps.Add(((uint)next, first - 1));
            next = (ulong)last + 1;
        }

        if (next <= uint.MaxValue)
            gaps.Add(((uint)next, uint.MaxValue));
        return new HashRanges([.. gaps]);
    }
}
