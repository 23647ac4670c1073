using Orleans.Configuration;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>A silo that waits a second for an answer, and not thirty.</summary>
public sealed class ImpatientCluster : ClusterFixture<ImpatientCluster.Configurator>
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) =>
            siloBuilder.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = Patience);
    }
}

/// <summary>Calls that get no answer end by themselves, and say what was asked of whom.</summary>
public sealed class TimeoutsTests(ImpatientCluster cluster) : IClassFixture<ImpatientCluster>
{
    /// <summary>
    /// Every call under test goes through a grain, so that it is the silo's patience which counts; what calls this
    /// grain is given more of it.
    /// </summary>
    private IPatientGrain Caller => cluster.Grains.GetGrain<IPatientGrain>(Guid.NewGuid().ToString());

    [Fact]
    public async Task An_unanswered_call_ends_with_a_TimeoutException_that_names_grain_and_method()
    {
        var probe = Probe.New(out var key);
        var message = await Caller.WhatFails(key);
        Assert.StartsWith(nameof(TimeoutException), message);
        Assert.Contains(key, message);
        Assert.Contains("Slow", message);
        probe.Signal("go");
    }

    [Fact]
    public async Task A_call_still_waiting_for_its_turn_times_out_too()
    {
        var probe = Probe.New(out var key);
        var callers = Enumerable.Range(0, 5).Select(_ => Caller.WhatFails(key)).ToList();
        foreach (var message in await Task.WhenAll(callers)) Assert.StartsWith(nameof(TimeoutException), message);
        probe.Signal("go");
    }

    [Fact]
    public async Task The_grain_is_not_disturbed_and_serves_on_after_a_timeout()
    {
        var probe = Probe.New(out var key);
        Assert.StartsWith(nameof(TimeoutException), await Caller.WhatFails(key));
        Assert.False(probe.IsSignalled("finished"));
        probe.Signal("go");
        await probe.Wait("finished");
        Assert.Equal(1, await cluster.Grains.GetGrain<IPatientGrain>(key).Finished());
    }

    [Fact]
    public async Task A_method_can_have_a_patience_of_its_own()
    {
        var probe = Probe.New(out var key);
        var patient = Caller.WhatFailsPatiently(key);
        Assert.StartsWith(nameof(TimeoutException), await Caller.WhatFails(key));
        Assert.False(patient.IsCompleted);
        probe.Signal("go");
        Assert.Equal("nothing", await patient);
    }

    [Fact]
    public async Task A_reference_from_a_client_has_the_patience_of_the_silo_that_uses_it()
    {
        var probe = Probe.New(out var key);
        Assert.Equal("the silo's", await Caller.WhosePatienceEndsFirst(cluster.Grains.GetGrain<IPatientGrain>(key)));
        probe.Signal("go");
    }

    [Fact]
    public async Task A_deadlock_of_two_grains_ends_by_the_timeout_and_both_serve_on()
    {
        Probe.New(out var key);
        var left = cluster.Grains.GetGrain<IPatientGrain>($"{key}-left");
        var right = cluster.Grains.GetGrain<IPatientGrain>($"{key}-right");
        var both = await Task.WhenAll(left.AskWhenBothAreBusy(right, key), right.AskWhenBothAreBusy(left, key));
        Assert.Contains(nameof(TimeoutException), both);
        Assert.Equal(0, await left.Finished());
        Assert.Equal(0, await right.Finished());
    }

    [Fact]
    public async Task A_grain_that_calls_itself_is_a_deadlock_too()
    {
        var grain = Caller;
        Assert.Equal(nameof(TimeoutException), await grain.AskMyself());
        Assert.Equal(0, await grain.Finished());
    }

    [Fact]
    public async Task Call_chain_reentrancy_is_off_unless_allowed()
    {
        var grain = cluster.Grains.GetGrain<IChainGrain>(Guid.NewGuid().ToString());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.AskOtherToCallBack(allow: false, suppress: false));
        Assert.Equal("back", await grain.AskOtherToCallBack(allow: true, suppress: false));
    }

    [Fact]
    public async Task Call_chain_reentrancy_can_be_suppressed_further_down()
    {
        var grain = cluster.Grains.GetGrain<IChainGrain>(Guid.NewGuid().ToString());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.AskOtherToCallBack(allow: true, suppress: true));
    }
}

public interface IPatientGrain : IGrainWithStringKey
{
    Task Slow();

    [ResponseTimeout("00:00:50")]
    Task SlowButAllowed();

    [ResponseTimeout("00:00:55")]
    Task<string> WhatFails(string key);

    [ResponseTimeout("00:00:55")]
    Task<string> WhatFailsPatiently(string key);

    /// <summary>The client's would be thirty seconds.</summary>
    [ResponseTimeout("00:00:20")]
    Task SlowForTwentySeconds();

    [ResponseTimeout("00:00:55")]
    Task<string> WhosePatienceEndsFirst(IPatientGrain other);

    [ResponseTimeout("00:00:55")]
    Task<string> AskWhenBothAreBusy(IPatientGrain other, string meetingPlace);

    [ResponseTimeout("00:00:55")]
    Task<string> AskMyself();

    Task<int> Finished();
}

public sealed class PatientGrain : Grain, IPatientGrain
{
    private int _finished;

    public async Task Slow()
    {
        await Probe.Of(this).Wait("go");
        _finished++;
        Probe.Of(this).Signal("finished");
    }

    public Task SlowButAllowed() => Probe.Of(this).Wait("go");

    public Task<string> WhatFails(string key) => FailureOf(GrainFactory.GetGrain<IPatientGrain>(key).Slow());

    public Task<string> WhatFailsPatiently(string key) =>
        FailureOf(GrainFactory.GetGrain<IPatientGrain>(key).SlowButAllowed());

    public Task SlowForTwentySeconds() => Probe.Of(this).Wait("go");

    public async Task<string> WhosePatienceEndsFirst(IPatientGrain other)
    {
        var bySilo = FailureOf(other.Slow());
        var byMethod = FailureOf(other.SlowForTwentySeconds());
        return await Task.WhenAny(bySilo, byMethod) == bySilo ? "the silo's" : "the method's";
    }

    public async Task<string> AskWhenBothAreBusy(IPatientGrain other, string meetingPlace)
    {
        var place = Probe.Of(meetingPlace);
        if (place.Count() == 2) place.Signal("both busy");
        await place.Wait("both busy");
        return (await FailureOf(other.Finished())).Split(':')[0];
    }

    public async Task<string> AskMyself() =>
        (await FailureOf(this.AsReference<IPatientGrain>().Finished())).Split(':')[0];

    public Task<int> Finished() => Task.FromResult(_finished);

    private static async Task<string> FailureOf(Task call)
    {
        try
        {
            await call;
            return "nothing";
        }
        catch (Exception failure)
        {
            return $"{failure.GetType().Name}: {failure.Message}";
        }
    }
}
