using Orleans.TestingHost;

namespace EngineTests.Stress;

public sealed class OneSilo : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = new TestClusterBuilder(1).Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }
}

/// <summary>Random calls, deactivations and failures from many callers: no call lost, none twice, never two at once.</summary>
public sealed class StressTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const int Callers = 32;

    // Only an engine that lost a call needs so long.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(5, 400)]
    [InlineData(50, 400)]
    [InlineData(2_000, 200)]
    public async Task Every_acknowledged_call_happened_once_in_one_activation_at_a_time(int grains, int callsOfEach)
    {
        var seed = Seed.Next();
        var test = $"{Guid.NewGuid():N}";
        var expected = new int[grains];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed + caller);
            for (var call = 0; call < callsOfEach; call++) await RandomCall(random, test, grains, expected);
        }))).WaitAsync(Limit);

        for (var grain = 0; grain < grains; grain++)
        {
            var ledger = Ledger.Of($"{test}:{grain}");
            Assert.True(expected[grain] == ledger.Sum, $"Grain {grain}: {ledger.Sum} of {expected[grain]}, seed {seed}.");
        }

        Assert.True(Ledger.ComplaintsOf(test).Count == 0, $"Seed {seed}: {string.Join("; ", Ledger.ComplaintsOf(test))}");
        Assert.True(Enumerable.Range(0, grains).Sum(g => Ledger.Of($"{test}:{g}").Deactivations) > 0, "Nothing was ever deactivated.");
    }

    private async Task RandomCall(Random random, string test, int grains, int[] expected)
    {
        var number = random.Next(grains);
        var grain = silo.Cluster.GrainFactory.GetGrain<IStressGrain>($"{test}:{number}");
        switch (random.Next(20))
        {
            case 0:
                await Retry(grain.Stop);
                break;
            case 1:
                Ledger.Of($"{test}:{number}").FailNextActivation();
                break;
            case 2:
                await Assert.ThrowsAsync<RefusedException>(grain.Fail);
                break;
            case 3 or 4 or 5:
                await AddThrough(random, grain, number, expected);
                break;
            case 6 or 7 or 8 or 9:
                await Retry(async () => Assert.True(await grain.IsConsistent(), "A read ran beside a write."));
                break;
            default:
                Interlocked.Add(ref expected[number], 1);
                await Retry(() => grain.Add(1));
                break;
        }
    }

    /// <summary>Down a chain of grains; a link that refuses to activate spoils what is above it, which then is not counted.</summary>
    private static async Task AddThrough(Random random, IStressGrain grain, int number, int[] expected)
    {
        var hops = random.Next(Math.Min(4, number + 1));
        if (hops == 0) return;
        await Retry(() => grain.IsConsistent());
        try
        {
            await grain.AddThrough(0, hops);
        }
        catch (RefusedException)
        {
            // A link was told to refuse; an amount of nothing leaves the sums as they are.
        }

        Interlocked.Add(ref expected[number], 2);
        await Retry(() => grain.Add(2));
    }

    /// <summary>An activation that was told to refuse does so once, before the request: to ask again is safe.</summary>
    private static async Task Retry(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RefusedException)
            {
            }
        }
    }
}
