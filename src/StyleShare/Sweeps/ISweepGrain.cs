using Orleans.Concurrency;

namespace StyleShare.Sweeps;

/// <summary>One partition of a sweep; its key is <see cref="SweepKeys.Of"/>.</summary>
[Alias("StyleShare.Sweeps.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the partition is swept from now on; done by each silo that starts.</summary>
    Task Schedule();

    /// <summary>Starts a run now, or goes on with the one that was interrupted, unless a silo is at it.</summary>
    Task Run();

    /// <summary>How it is.</summary>
    [ReadOnly]
    Task<SweepState> State();
}

/// <summary>Keys of <see cref="ISweepGrain"/>.</summary>
internal static class SweepKeys
{
    public static string Of(string sweep, int partition) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sweep}/{partition}");

    public static (string Sweep, int Partition) Parse(string key)
    {
        var slash = key.LastIndexOf('/');
        return (key[..slash], int.Parse(key.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture));
    }
}
