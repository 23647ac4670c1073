using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>Three silos, started once for the tests that only call.</summary>
public sealed class ThreeSilos : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    public async ValueTask InitializeAsync()
    {
        Cluster = new TestClusterBuilder(3).Build();
        await Cluster.DeployAsync();
        await Cluster.WaitForLivenessToStabilizeAsync();
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>What grains of that silo would call by.</summary>
    public IGrainFactory GrainsOf(int silo) => Cluster.GetSiloServiceProvider(AddressOf(silo)).GetRequiredService<IGrainFactory>();

    public SiloAddress AddressOf(int silo) => Cluster.Silos[silo].SiloAddress;

    /// <summary>A grain that lives on that silo.</summary>
    public async Task<IFarGrain> PutOn(int silo, string key)
    {
        Assert.Equal(AddressOf(silo), await GrainsOf(silo).GetGrain<IFarGrain>(key).Where());
        return Grains.GetGrain<IFarGrain>(key);
    }
}

/// <summary>Calls between silos are like those inside of one.</summary>
public sealed class ManySilosCalls(ThreeSilos silos) : IClassFixture<ThreeSilos>
{
    [Fact]
    public async Task Arguments_and_results_cross_as_what_they_are()
    {
        Probe.New(out var key);
        await silos.PutOn(0, key);
        foreach (var silo in new[] { 0, 1, 2 })
        {
            var grain = silos.GrainsOf(silo).GetGrain<IFarGrain>(key);
            var parcel = new FarParcel("for you", 7, [1, 2, 3], null);
            Assert.Equal(parcel, await grain.Echo(parcel));
            Assert.Null(await grain.Echo(null));
            Assert.Equal($"{key}:ä", await grain.Join("ä"));
        }
    }

    [Fact]
    public async Task However_many_call_first_a_grain_is_activated_once()
    {
        var keys = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid().ToString("N")).ToList();
        await Task.WhenAll(keys.SelectMany(key => Enumerable.Range(0, 9).Select(i => Task.Run(async () =>
            await silos.GrainsOf(i % 3).GetGrain<ICountedGrain>(key).Touch()))));
        Assert.All(keys, static key => Assert.Equal(1, Probe.Of(key).Total));
        Assert.All(await Task.WhenAll(keys.Select(key => silos.Grains.GetGrain<ICountedGrain>(key).Touch())), static touches => Assert.Equal(10, touches));
    }

    [Fact]
    public async Task Exceptions_cross_with_type_message_and_fields()
    {
        Probe.New(out var key);
        await silos.PutOn(0, key);
        var grain = silos.GrainsOf(1).GetGrain<IFarGrain>(key);
        var plain = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Throw(typed: false));
        Assert.Equal("as you wished", plain.Message);
        var typed = await Assert.ThrowsAsync<FarException>(() => grain.Throw(typed: true));
        Assert.Equal(42, typed.Number);
    }

    [Fact]
    public async Task The_request_context_goes_along_and_not_back()
    {
        Probe.New(out var key);
        await silos.PutOn(2, key);
        RequestContext.Set("colour", "blue");
        Assert.Equal("blue", await silos.GrainsOf(0).GetGrain<IFarGrain>(key).ContextOf("colour", thenSet: "red"));
        Assert.Equal("blue", RequestContext.Get("colour"));
    }

    [Fact]
    public async Task A_cancellation_reaches_the_request_on_the_other_silo()
    {
        var probe = Probe.New(out var key);
        await silos.PutOn(1, key);
        using var cancellation = new CancellationTokenSource();
        var call = silos.GrainsOf(0).GetGrain<IFarGrain>(key).UntilCancelled(cancellation.Token);
        await probe.Wait("in");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await probe.Wait("cancelled");
    }

    [Fact]
    public async Task One_way_calls_arrive()
    {
        var probe = Probe.New(out var key);
        await silos.PutOn(1, key);
        await silos.GrainsOf(2).GetGrain<IFarGrain>(key).Drop();
        await probe.Wait("dropped");
        // Also where it is active nowhere.
        var cold = Probe.New(out var coldKey);
        await silos.GrainsOf(2).GetGrain<IFarGrain>(coldKey).Drop();
        await cold.Wait("dropped");
    }

    [Fact]
    public async Task A_call_that_is_not_answered_in_time_fails_and_its_grain_serves_on()
    {
        var probe = Probe.New(out var key);
        await silos.PutOn(1, key);
        var grain = silos.GrainsOf(0).GetGrain<IFarGrain>(key);
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => grain.HoldForASecond());
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        probe.Signal("go");
        Assert.Equal($"{key}:x", await grain.Join("x"));
    }

    [Fact]
    public async Task A_chain_of_calls_may_come_back_to_where_it_began()
    {
        Probe.New(out var first);
        Probe.New(out var second);
        await silos.PutOn(0, first);
        await silos.PutOn(1, second);
        Assert.Equal($"{second}<{first}", await silos.GrainsOf(2).GetGrain<IFarGrain>(first).CallBackThrough(silos.Grains.GetGrain<IFarGrain>(second)));
    }

    [Fact]
    public async Task Filters_of_the_grain_see_who_called()
    {
        var probe = Probe.New(out var key);
        await silos.PutOn(0, $"{key}-caller");
        await silos.PutOn(1, key);
        await silos.Grains.GetGrain<IFarGrain>($"{key}-caller").Ask(silos.Grains.GetGrain<IFarGrain>(key));
        Assert.Contains(probe.Journal, line => line == $"Join of far/{key} by far/{key}-caller");
    }

    [Fact]
    public async Task Stateless_workers_are_where_the_caller_is()
    {
        foreach (var silo in new[] { 0, 1, 2 })
            Assert.Equal(silos.AddressOf(silo), await silos.GrainsOf(silo).GetGrain<ILocalWorkerGrain>("any").Where());
    }

    [Fact]
    public async Task Prefer_local_grains_stay_with_their_first_caller()
    {
        foreach (var silo in new[] { 0, 1, 2 })
        {
            Probe.New(out var key);
            Assert.Equal(silos.AddressOf(silo), await silos.GrainsOf(silo).GetGrain<IFarGrain>(key).Where());
            Assert.Equal(silos.AddressOf(silo), await silos.GrainsOf((silo + 1) % 3).GetGrain<IFarGrain>(key).Where());
        }
    }

    [Fact]
    public async Task Random_loaded_and_hashed_grains_are_on_all_silos()
    {
        await Spreads(static (grains, key) => grains.GetGrain<IRandomGrain>(key).Where());
        await Spreads(static (grains, key) => grains.GetGrain<IHashedGrain>(key).Where());
        await Spreads(static (grains, key) => grains.GetGrain<IByLoadGrain>(key).Where());
    }

    // That one of three gets none of 100 has odds of one in 10^17.
    private async Task Spreads(Func<IGrainFactory, string, Task<SiloAddress>> where)
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => where(silos.GrainsOf(0), Guid.NewGuid().ToString("N"))));
        Assert.Equal(3, found.Distinct().Count());
    }
}

/// <summary>Silos that come and go under load.</summary>
public sealed class ManySilosUnderLoad
{
    [Fact]
    public async Task No_call_fails_when_a_silo_is_stopped_in_order()
    {
        await using var cluster = new TestClusterBuilder(3).Build();
        await cluster.DeployAsync();
        await cluster.WaitForLivenessToStabilizeAsync();
        // Callers on the silos that stay: what the one that goes was asked over HTTP is its front's affair.
        var staying = new[] { cluster.Silos[0], cluster.Silos[2] };
        using var stop = new CancellationTokenSource();
        var failures = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        var calls = 0;
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var grains = cluster.GetSiloServiceProvider(staying[caller % 2].SiloAddress).GetRequiredService<IGrainFactory>();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    await grains.GetGrain<IByLoadGrain>($"load-{i % 200}").Where();
                    Interlocked.Increment(ref calls);
                }
                catch (Exception exception)
                {
                    failures.Add(exception);
                }
            }
        })).ToList();
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref calls) > 2000), "there is load");
        await cluster.StopSiloAsync(cluster.Silos[1]);
        var after = Volatile.Read(ref calls);
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref calls) > after + 2000), "there is load after the stop");
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Empty(failures.Select(static failure => failure.ToString()));
        Assert.Equal(2, cluster.Silos.Count);
    }
}

[GenerateSerializer]
[Immutable]
[Alias("Compliance.FarParcel")]
public sealed record FarParcel([property: Id(0)] string Text, [property: Id(1)] int Number, [property: Id(2)] System.Collections.Immutable.ImmutableList<int> Items, [property: Id(3)] string? Nothing)
{
    public bool Equals(FarParcel? other) =>
        other is not null && (Text, Number, Nothing) == (other.Text, other.Number, other.Nothing) && Items.SequenceEqual(other.Items);

    public override int GetHashCode() => HashCode.Combine(Text, Number, Items.Count, Nothing);
}

[GenerateSerializer]
[Alias("Compliance.FarException")]
public sealed class FarException(int number) : Exception($"The number is {number}.")
{
    [Id(0)]
    public int Number { get; } = number;
}

public interface IFarGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();

    Task<FarParcel?> Echo(FarParcel? parcel);

    Task<string> Join(string suffix);

    Task Throw(bool typed);

    Task<string?> ContextOf(string name, string thenSet);

    Task UntilCancelled(CancellationToken cancellationToken);

    [OneWay]
    Task Drop();

    [ResponseTimeout("00:00:01")]
    Task HoldForASecond();

    Task<string> CallBackThrough(IFarGrain other);

    Task<string> CallBack(IFarGrain first);

    Task<string> Ask(IFarGrain other);
}

[GrainType("far")]
[PreferLocalPlacement]
public sealed class FarGrain(ILocalSiloDetails silo) : Grain, IFarGrain, IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is { } source)
            Probe.Of(this).Note($"{context.MethodName} of {context.TargetId} by {source}");
        return context.Invoke();
    }

    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);

    public Task<FarParcel?> Echo(FarParcel? parcel) => Task.FromResult(parcel);

    public Task<string> Join(string suffix) => Task.FromResult($"{this.GetPrimaryKeyString()}:{suffix}");

    public Task Throw(bool typed) => throw (typed ? new FarException(42) : new InvalidOperationException("as you wished"));

    public Task<string?> ContextOf(string name, string thenSet)
    {
        var value = RequestContext.Get(name) as string;
        RequestContext.Set(name, thenSet);
        return Task.FromResult(value);
    }

    public async Task UntilCancelled(CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("in");
        try
        {
            await Task.Delay(Probe.Limit, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Probe.Of(this).Signal("cancelled");
            throw;
        }
    }

    public Task Drop()
    {
        Probe.Of(this).Signal("dropped");
        return Task.CompletedTask;
    }

    public Task HoldForASecond() => Probe.Of(this).Wait("go");

    public async Task<string> CallBackThrough(IFarGrain other)
    {
        using var section = RequestContext.AllowCallChainReentrancy();
        return await other.CallBack(this.AsReference<IFarGrain>());
    }

    public async Task<string> CallBack(IFarGrain first) => $"{this.GetPrimaryKeyString()}<{(await first.Join(""))[..^1]}";

    public Task<string> Ask(IFarGrain other) => other.Join("asked");
}

public interface ICountedGrain : IGrainWithStringKey
{
    Task<int> Touch();
}

public sealed class CountedGrain : Grain, ICountedGrain
{
    private int _touches;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Of(this).Count();
        return Task.CompletedTask;
    }

    public Task<int> Touch() => Task.FromResult(++_touches);
}

public interface ILocalWorkerGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();
}

[StatelessWorker]
public sealed class LocalWorkerGrain(ILocalSiloDetails silo) : Grain, ILocalWorkerGrain
{
    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}

public interface IRandomGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();
}

[RandomPlacement]
public sealed class RandomGrain(ILocalSiloDetails silo) : Grain, IRandomGrain
{
    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}

public interface IHashedGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();
}

[HashBasedPlacement]
public sealed class HashedGrain(ILocalSiloDetails silo) : Grain, IHashedGrain
{
    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}

public interface IByLoadGrain : IGrainWithStringKey
{
    Task<SiloAddress> Where();
}

[ActivationCountBasedPlacement]
public sealed class ByLoadGrain(ILocalSiloDetails silo) : Grain, IByLoadGrain
{
    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}
