using System.Buffers.Binary;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Who owns which part of the grain directory: each silo stands at many points of a circle of 32-bit hashes, made of its
/// address, and owns what lies before each of them up to the point before. All silos with the same members draw the same ring, and a
/// silo that comes or goes moves only its own share. Immutable.
/// </summary>
internal sealed class DirectoryRing
{
    // Shares of silos then differ by some tenths of the mean, for a few kilobytes a ring.
    private const int PointsOfSilo = 64;

    private readonly uint[] _points;
    private readonly SiloAddress[] _owners;

    public DirectoryRing(IEnumerable<SiloAddress> silos)
    {
        var points = new SortedDictionary<uint, SiloAddress>();
        // In order of addresses, so that all agree on who has a point that two silos happen to hash to.
        foreach (var silo in silos.Order())
        {
            foreach (var point in PointsOf(silo))
                points.TryAdd(point, silo);
        }

        _points = [.. points.Keys];
        _owners = [.. points.Values];
    }

    public bool IsEmpty => _points.Length == 0;

    /// <summary>The same in all silos, of whatever version: never to be changed.</summary>
    public static uint HashOf(GrainId grain) => UniformHash.Of(grain);

    /// <summary>The owner of a hash; null if there are no silos.</summary>
    public SiloAddress? OwnerOf(uint hash)
    {
        if (_points.Length == 0)
            return null;
        var index = Array.BinarySearch(_points, hash);
        if (index < 0)
            index = ~index;
        return _owners[index == _points.Length ? 0 : index];
    }

    public HashRanges RangesOf(SiloAddress silo)
    {
        var segments = new List<(uint, uint)>();
        for (var i = 0; i < _points.Length; i++)
        {
            if (!_owners[i].Equals(silo))
                continue;
            if (i > 0)
            {
                segments.Add((_points[i - 1] + 1, _points[i]));
                continue;
            }

            // The first point's part goes round the end of the circle.
            segments.Add((0, _points[0]));
            if (_points[^1] != uint.MaxValue)
                segments.Add((_points[^1] + 1, uint.MaxValue));
        }

        return HashRanges.Of(segments);
    }

    private static IEnumerable<uint> PointsOf(SiloAddress silo)
    {
        var name = Encoding.UTF8.GetBytes(silo.ToParsableString());
        var seed = new byte[name.Length + sizeof(int)];
        name.CopyTo(seed, 0);
        for (var i = 0; i < PointsOfSilo; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(seed.AsSpan(name.Length), i);
            yield return UniformHash.Of(seed);
        }
    }
}
