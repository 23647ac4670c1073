using Orleans.Concurrency;

namespace Compliance;

/// <summary>RequestContext goes along with a call, and never comes back.</summary>
public sealed class RequestContextsTests(SharedCluster cluster)
{
    private IContextGrain Grain => cluster.Grains.GetGrain<IContextGrain>(Guid.NewGuid().ToString());

    [Fact]
    public async Task A_value_reaches_the_callee()
    {
        RequestContext.Set("who", "ann");
        Assert.Equal("ann", await Grain.Get("who"));
    }

    [Fact]
    public async Task It_reaches_the_callees_callee_also_after_an_await()
    {
        RequestContext.Set("who", "ann");
        Assert.Equal("ann", await Grain.GetThrough("who", 3));
    }

    [Fact]
    public async Task What_the_callee_sets_does_not_come_back()
    {
        RequestContext.Set("who", "ann");
        await Grain.Set("who", "bob");
        Assert.Equal("ann", RequestContext.Get("who"));
        await Grain.Set("other", "bob");
        Assert.Null(RequestContext.Get("other"));
    }

    [Fact]
    public async Task What_a_callee_sets_does_not_come_back_to_a_calling_grain()
    {
        Assert.Equal("mine", await Grain.SetMineThenLetOtherSet("who", "mine", "theirs"));
    }

    [Fact]
    public async Task What_one_request_sets_the_next_does_not_see()
    {
        var grain = Grain;
        await grain.Set("left", "behind");
        Assert.Null(await grain.Get("left"));
        Assert.Null(await grain.GetReadOnly("left"));
    }

    [Fact]
    public async Task Requests_that_run_right_after_one_another_see_nothing_of_each_other()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IContextGrain>(key);
        var first = grain.GetAfterSignal("left");
        await probe.Wait("waiting");
        var calls = Enumerable.Range(0, 20).Select(_ => (Set: grain.SetBoth("left", "behind"), Get: grain.GetBoth("left"))).ToList();
        probe.Signal("go");
        await first;
        foreach (var (set, get) in calls)
        {
            await set;
            Assert.Equal("nothing,nothing", await get);
        }
    }

    [Fact]
    public async Task A_removed_value_is_not_sent()
    {
        RequestContext.Set("who", "ann");
        Assert.True(RequestContext.Remove("who"));
        Assert.False(RequestContext.Remove("who"));
        Assert.Null(await Grain.Get("who"));
    }

    [Fact]
    public async Task Clear_removes_everything()
    {
        RequestContext.Set("one", "1");
        RequestContext.Set("two", "2");
        RequestContext.Clear();
        Assert.Null(await Grain.Get("one"));
        Assert.Null(await Grain.Get("two"));
    }

    [Fact]
    public async Task Many_callers_each_bring_their_own()
    {
        var grain = Grain;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            RequestContext.Set("number", $"{i}");
            Assert.Equal($"{i}", await grain.Get("number"));
            Assert.Equal($"{i}", await grain.GetReadOnly("number"));
            Assert.Equal($"{i}", RequestContext.Get("number"));
        })));
    }

    [Fact]
    public async Task A_change_after_the_call_was_sent_is_not_seen_by_it()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IContextGrain>(key);
        RequestContext.Set("who", "before");
        var call = grain.GetAfterSignal("who");
        RequestContext.Set("who", "after");
        probe.Signal("go");
        Assert.Equal("before", await call);
        Assert.Equal("after", await grain.Get("who"));
    }

    [Fact]
    public async Task A_timer_and_a_deactivation_begin_with_an_empty_context()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IContextGrain>(key);
        RequestContext.Set("who", "ann");
        await grain.StartTimerThenStop("who");
        await probe.Wait("deactivated");
        Assert.Equal(["timer: nothing", "deactivation: nothing"], probe.Journal);
    }
}

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> Get(string name);

    [ReadOnly]
    Task<string?> GetReadOnly(string name);

    Task<string?> GetThrough(string name, int hops);

    Task Set(string name, string value);

    /// <summary>In the request context and in a value that flows with the execution context.</summary>
    Task SetBoth(string name, string value);

    Task<string> GetBoth(string name);

    Task<string?> SetMineThenLetOtherSet(string name, string mine, string theirs);

    Task<string?> GetAfterSignal(string name);

    Task StartTimerThenStop(string name);
}

public sealed class ContextGrain : Grain, IContextGrain
{
    private string _watched = "";

    private IContextGrain Other => GrainFactory.GetGrain<IContextGrain>($"{this.GetPrimaryKeyString()}+");

    public Task<string?> Get(string name) => Task.FromResult(RequestContext.Get(name) as string);

    public Task<string?> GetReadOnly(string name) => Get(name);

    public async Task<string?> GetThrough(string name, int hops)
    {
        await Task.Yield();
        return hops == 0 ? await Get(name) : await Other.GetThrough(name, hops - 1);
    }

    public Task Set(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }

    public Task SetBoth(string name, string value)
    {
        Ambience.Here.Value = value;
        return Set(name, value);
    }

    public Task<string> GetBoth(string name) =>
        Task.FromResult($"{RequestContext.Get(name) ?? "nothing"},{Ambience.Here.Value ?? "nothing"}");

    public async Task<string?> SetMineThenLetOtherSet(string name, string mine, string theirs)
    {
        RequestContext.Set(name, mine);
        await Other.Set(name, theirs);
        return RequestContext.Get(name) as string;
    }

    public async Task<string?> GetAfterSignal(string name)
    {
        Probe.Of(this).Signal("waiting");
        await Probe.Of(this).Wait("go");
        return RequestContext.Get(name) as string;
    }

    public Task StartTimerThenStop(string name)
    {
        _watched = name;
        this.RegisterGrainTimer(
            () =>
            {
                Tell("timer");
                DeactivateOnIdle();
                return Task.CompletedTask;
            },
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_watched.Length == 0) return Task.CompletedTask;
        Tell("deactivation");
        Probe.Of(this).Signal("deactivated");
        return Task.CompletedTask;
    }

    private void Tell(string where) => Probe.Of(this).Note($"{where}: {RequestContext.Get(_watched) ?? "nothing"}");
}
