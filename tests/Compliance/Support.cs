using System.Collections.Concurrent;
using Orleans.Storage;
using Orleans.TestingHost;

[assembly: AssemblyFixture(typeof(Compliance.SharedCluster))]

namespace Compliance;

/// <summary>
/// Where a test and the grains it watches meet: named signals and a journal, found by a key that the test made up.
/// Silos run in the test's own process, so a static table reaches both sides.
/// </summary>
public sealed class Probe
{
    /// <summary>Long enough for a busy machine; only a broken engine ever waits so long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<string, Probe> All = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _journal = new();
    private int _inside;
    private int _mostInside;
    private int _count;

    public IReadOnlyList<string> Journal => [.. _journal];

    /// <summary>The most callers that were between <see cref="Enter"/> and <see cref="Leave"/> at one time.</summary>
    public int MostInside => Volatile.Read(ref _mostInside);

    public int Total => Volatile.Read(ref _count);

    public static Probe Of(string key) => All.GetOrAdd(key, static _ => new Probe());

    public static Probe Of(IAddressable grain) => Of(grain.GetPrimaryKeyString());

    /// <summary>A key that no other test uses, and its probe.</summary>
    public static Probe New(out string key)
    {
        key = Guid.NewGuid().ToString("N");
        return Of(key);
    }

    public void Note(string entry) => _journal.Enqueue(entry);

    public void Signal(string name) => Source(name).TrySetResult();

    public bool IsSignalled(string name) => Source(name).Task.IsCompleted;

    public Task Wait(string name) => Source(name).Task.WaitAsync(Limit);

    public int Enter()
    {
        var inside = Interlocked.Increment(ref _inside);
        int most;
        while (inside > (most = Volatile.Read(ref _mostInside)) &&
               Interlocked.CompareExchange(ref _mostInside, inside, most) != most)
        {
        }

        return inside;
    }

    public void Leave() => Interlocked.Decrement(ref _inside);

    public int Count() => Interlocked.Increment(ref _count);

    private TaskCompletionSource Source(string name) =>
        _signals.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>One silo, started once for all the tests that share it.</summary>
public abstract class ClusterFixture<TConfigurator> : IAsyncLifetime
    where TConfigurator : class, ISiloConfigurator, new()
{
    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    public IServiceProvider Silo => ((InProcessSiloHandle)Cluster.Primary!).SiloHost!.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<TConfigurator>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The silo of every test that is content with the defaults.</summary>
public sealed class SharedCluster : ClusterFixture<SharedCluster.Configurator>
{
    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddMemoryGrainStorageAsDefault();
            siloBuilder.AddMemoryGrainStorage("other");
            siloBuilder.Services.AddSingleton<DictionaryStorage>();
            siloBuilder.Services.AddKeyedSingleton<IGrainStorage>(
                DictionaryStorage.Name, static (services, _) => services.GetRequiredService<DictionaryStorage>());
            siloBuilder.Services.AddKeyedSingleton("blue", new Paint("the blue one"));
            siloBuilder.Services.AddKeyedSingleton("red", new Paint("the red one"));
            siloBuilder.Services.AddScoped<PerActivation>();
        }
    }
}

public sealed record Paint(string Name);

/// <summary>A scoped service: one for each activation, disposed with it.</summary>
public sealed class PerActivation : IDisposable
{
    public bool Disposed { get; private set; }

    public void Dispose() => Disposed = true;
}

/// <summary>Waiting for what a test cannot be told of by a signal.</summary>
public static class Eventually
{
    /// <summary>Asks again until the answer is yes, yielding in between, until <see cref="Probe.Limit"/>.</summary>
    public static async Task True(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Probe.Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Waited too long until {what}.");
            await Task.Yield();
        }
    }
}
