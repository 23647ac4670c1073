using Orleans.Concurrency;

namespace StyleShare.Benchmarks.Engine;

/// <summary>The least that a grain can do.</summary>
public interface IPingGrain : IGrainWithIntegerKey
{
    /// <summary>Answers with a number that no cache of tasks holds.</summary>
    Task<int> Ping(int number);

    /// <summary>The same, marked as a read.</summary>
    [ReadOnly]
    Task<int> Read();
}

/// <summary>Calls pings, one after another.</summary>
public interface IDriverGrain : IGrainWithIntegerKey
{
    /// <summary>Calls random ones of so many grains until told to stop; answers how many calls it made.</summary>
    [ResponseTimeout("00:10:00")]
    Task<long> Drive(int grains, int seed);
}

/// <summary>A small grain.</summary>
public sealed class PingGrain : Grain, IPingGrain
{
    private int _number = 1000;

    /// <inheritdoc/>
    public Task<int> Ping(int number) => Task.FromResult(_number = number);

    /// <inheritdoc/>
    public Task<int> Read() => Task.FromResult(_number);
}

/// <summary>A grain that only calls.</summary>
public sealed class DriverGrain : Grain, IDriverGrain
{
    // Not a token of the call: that one would end the call, and with it the count.
    internal static bool Stop;

    // Made once for all, so that a run measures calls.
    internal static IPingGrain[] Targets = [];

    /// <inheritdoc/>
    public async Task<long> Drive(int grains, int seed)
    {
        var random = new Random(seed);
        var targets = Targets;
        var calls = 0L;
        while (!Volatile.Read(ref Stop))
        {
            await targets[random.Next(grains)].Ping(1000 + (int)(calls & 0xFFFF));
            calls++;
        }

        return calls;
    }
}
