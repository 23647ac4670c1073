using Orleans.Configuration;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>A silo that sends grains to sleep after half a second without a call, some classes never.</summary>
public sealed class SleepyCluster : ClusterFixture<SleepyCluster.Configurator>
{
    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.Configure<GrainCollectionOptions>(static options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(100);
            options.CollectionAge = TimeSpan.FromMilliseconds(500);
            options.ClassSpecificCollectionAge[typeof(LongLivedGrain).FullName!] = TimeSpan.FromHours(1);
        });
    }
}

/// <summary>Who is collected when idle, by age and class, and who is not.</summary>
public sealed class CollectionTests(SleepyCluster cluster) : IClassFixture<SleepyCluster>
{
    [Fact]
    public async Task An_idle_grain_is_deactivated_and_told_that_it_was_idle()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IDayflyGrain>(key).Touch();
        await probe.Wait("deactivated");
        Assert.Equal(["ActivationIdle"], probe.Journal);
    }

    [Fact]
    public async Task A_class_with_a_longer_age_stays()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<ILongLivedGrain>(key).Touch();
        await DayfliesDie();
        Assert.Empty(probe.Journal);
    }

    [Fact]
    public async Task A_class_that_is_always_active_stays()
    {
        var probe = Probe.New(out var key);
        await cluster.Grains.GetGrain<IEternalGrain>(key).Touch();
        await DayfliesDie();
        Assert.Empty(probe.Journal);
    }

    [Fact]
    public async Task A_grain_that_is_called_all_the_time_stays()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDayflyGrain>(key);
        var others = DayfliesDie();
        while (!others.IsCompleted) await grain.Touch();
        await others;
        Assert.Empty(probe.Journal);
    }

    [Fact]
    public async Task A_grain_that_is_read_all_the_time_stays()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDayflyGrain>(key);
        await grain.Touch();
        var others = DayfliesDie();
        while (!others.IsCompleted) await grain.Read();
        await others;
        Assert.Empty(probe.Journal);
    }

    [Fact]
    public async Task A_grain_with_a_request_under_way_stays()
    {
        var probe = Probe.New(out var key);
        var held = cluster.Grains.GetGrain<IDayflyGrain>(key).Hold();
        await probe.Wait("holding");
        await DayfliesDie();
        Assert.Empty(probe.Journal);
        probe.Signal("go");
        await held;
        await probe.Wait("deactivated");
    }

    [Fact]
    public async Task DelayDeactivation_keeps_a_grain_and_a_negative_delay_lets_it_go()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDayflyGrain>(key);
        await grain.Delay(TimeSpan.FromHours(1));
        await DayfliesDie();
        Assert.Empty(probe.Journal);
        await grain.Delay(TimeSpan.FromSeconds(-1));
        await probe.Wait("deactivated");
    }

    [Fact]
    public async Task DelayDeactivation_does_not_stand_against_DeactivateOnIdle()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDayflyGrain>(key);
        await grain.Delay(TimeSpan.FromHours(1));
        await grain.Stop();
        await probe.Wait("deactivated");
        Assert.Equal(["ApplicationRequested"], probe.Journal);
    }

    [Fact]
    public async Task A_timer_keeps_its_grain_only_if_it_says_so()
    {
        var kept = Probe.New(out var keptKey);
        var notKept = Probe.New(out var notKeptKey);
        await cluster.Grains.GetGrain<IDayflyGrain>(keptKey).StartTimer(keepAlive: true);
        await cluster.Grains.GetGrain<IDayflyGrain>(notKeptKey).StartTimer(keepAlive: false);
        await notKept.Wait("deactivated");
        await DayfliesDie();
        Assert.Empty(kept.Journal);
    }

    [Fact]
    public async Task A_collected_grain_comes_back_when_called()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IDayflyGrain>(key);
        var first = await grain.Touch();
        await probe.Wait("deactivated");
        Assert.NotEqual(first, await grain.Touch());
    }

    /// <summary>Two generations of bystanders come and are collected: whoever could be, would be by now.</summary>
    private async Task DayfliesDie()
    {
        for (var generation = 0; generation < 2; generation++)
        {
            var probe = Probe.New(out var key);
            await cluster.Grains.GetGrain<IDayflyGrain>(key).Touch();
            await probe.Wait("deactivated");
        }
    }
}

public interface IDayflyGrain : IGrainWithStringKey
{
    Task<Guid> Touch();

    [Orleans.Concurrency.ReadOnly]
    Task<Guid> Read();

    Task Hold();

    Task Delay(TimeSpan time);

    Task StartTimer(bool keepAlive);

    Task Stop();
}

public interface ILongLivedGrain : IGrainWithStringKey
{
    Task Touch();
}

public interface IEternalGrain : IGrainWithStringKey
{
    Task Touch();
}

/// <summary>Tells its probe why it was deactivated.</summary>
public abstract class TellingGrain : Grain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this).Note(reason.ReasonCode.ToString());
        Probe.Of(this).Signal("deactivated");
        return Task.CompletedTask;
    }
}

public sealed class DayflyGrain : TellingGrain, IDayflyGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public Task<Guid> Touch() => Task.FromResult(_activation);

    public Task<Guid> Read() => Task.FromResult(_activation);

    public async Task Hold()
    {
        Probe.Of(this).Signal("holding");
        await Probe.Of(this).Wait("go");
    }

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task StartTimer(bool keepAlive)
    {
        var often = TimeSpan.FromMilliseconds(20);
        this.RegisterGrainTimer(static () => Task.CompletedTask, new GrainTimerCreationOptions(often, often) { KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public sealed class LongLivedGrain : TellingGrain, ILongLivedGrain
{
    public Task Touch() => Task.CompletedTask;
}

[CollectionAgeLimit(AlwaysActive = true)]
public sealed class EternalGrain : TellingGrain, IEternalGrain
{
    public Task Touch() => Task.CompletedTask;
}
