namespace StyleShare.Demo;

/// <summary>Random numbers that are the same in every run, and in every version of .NET: SplitMix64.</summary>
/// <remarks>Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.</remarks>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>One of the things.</summary>
    public T OneOf<T>(IReadOnlyList<T> things) => things[Below(things.Count)];

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Draws ranks so that the first is by far the likeliest: the weight of rank r is 1/(r+1)^s (Zipf's law).</summary>
internal sealed class Zipf
{
    private readonly double[] _sums;

    public Zipf(int count, double exponent)
    {
        _sums = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            _sums[rank] = sum += 1 / Math.Pow(rank + 1, exponent);
    }

    public int Draw(Dice dice)
    {
        var found = Array.BinarySearch(_sums, dice.Fraction() * _sums[^1]);
        return found < 0 ? ~found : found;
    }
}
