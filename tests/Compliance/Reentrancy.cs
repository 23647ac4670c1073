using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Compliance;

/// <summary>Which requests may begin while another is still awaiting something.</summary>
public sealed class ReentrancyTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_reentrant_class_begins_the_next_request_while_one_waits()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IReentrantGrain>(key);
        var waiting = grain.WaitFor("go");
        await probe.Wait("waiting");
        await grain.Give("go");
        await waiting;
        Assert.Equal(["in", "give", "out"], probe.Journal);
    }

    [Fact]
    public async Task A_reentrant_class_still_runs_one_turn_at_a_time()
    {
        var grain = cluster.Grains.GetGrain<IReentrantGrain>(Guid.NewGuid().ToString());
        var most = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(grain.MostInside)));
        Assert.Equal(1, most.Max());
    }

    [Fact]
    public async Task A_reentrant_grain_can_call_itself()
    {
        var grain = cluster.Grains.GetGrain<IReentrantGrain>(Guid.NewGuid().ToString());
        Assert.Equal(10, await grain.Depth(10));
    }

    [Fact]
    public async Task An_AlwaysInterleave_method_begins_while_a_plain_one_waits()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IInterleavingGrain>(key);
        var waiting = grain.Plain("go");
        await probe.Wait("waiting go");
        await grain.Always("go");
        await waiting;
        Assert.Equal(["plain in", "always", "plain out"], probe.Journal);
    }

    [Fact]
    public async Task A_plain_method_waits_for_an_AlwaysInterleave_one_only_if_it_must()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IInterleavingGrain>(key);
        var always = grain.AlwaysWaiting("go");
        await probe.Wait("waiting go");
        var plain = grain.Plain(null);
        var another = grain.Always("go");
        await Task.WhenAll(always, plain, another);
    }

    [Fact]
    public async Task An_AlwaysInterleave_call_that_waited_for_the_activation_does_not_wait_behind_others()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ISlowStarterGrain>(key);
        var first = grain.Plain(wait: true);
        await probe.Wait("activating");
        var second = grain.Plain(wait: false);
        var always = grain.Always();
        probe.Signal("activate");
        await always.WaitAsync(Probe.Limit);
        await Task.WhenAll(first, second);
        Assert.Equal(["in", "always", "out", "in", "out"], probe.Journal);
    }

    [Fact]
    public async Task MayInterleave_lets_through_what_the_predicate_names_and_nothing_else()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IInterleavingGrain>(key);
        var first = grain.Plain("go");
        await probe.Wait("waiting go");
        var refused = grain.ByPredicate("please wait");
        await grain.ByPredicate("let me in");
        Assert.Equal(["plain in", "let me in"], probe.Journal);
        probe.Signal("go");
        await Task.WhenAll(first, refused);
        Assert.Equal(["plain in", "let me in", "plain out", "please wait"], probe.Journal);
    }

    [Fact]
    public async Task Call_chain_reentrancy_lets_the_callee_call_back_when_allowed()
    {
        Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IChainGrain>(key);
        Assert.Equal("back", await grain.AskOtherToCallBack(allow: true, suppress: false));
    }

    [Fact]
    public async Task Call_chain_reentrancy_admits_only_that_chain()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IChainGrain>(key);
        var chain = grain.HoldInsideChain();
        await probe.Wait("held");
        var strangers = new[]
        {
            grain.Note("stranger"),
            cluster.Grains.GetGrain<IChainGrain>($"{key}-stranger").CallNoteInOwnChain(grain, "stranger")
        };
        await probe.Wait("stranger sent");
        await grain.Pass();
        probe.Signal("release");
        await chain;
        await Task.WhenAll(strangers);
        Assert.Equal(["callback", "chain out", "stranger", "stranger"], probe.Journal);
    }
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task WaitFor(string signal);

    Task Give(string signal);

    Task<int> MostInside();

    Task<int> Depth(int depth);
}

[Reentrant]
public sealed class ReentrantGrain : Grain, IReentrantGrain
{
    private int _inside;
    private int _most;

    public async Task WaitFor(string signal)
    {
        var probe = Probe.Of(this);
        probe.Note("in");
        probe.Signal("waiting");
        await probe.Wait(signal);
        probe.Note("out");
    }

    public Task Give(string signal)
    {
        Probe.Of(this).Note("give");
        Probe.Of(this).Signal(signal);
        return Task.CompletedTask;
    }

    public async Task<int> MostInside()
    {
        for (var turn = 0; turn < 10; turn++)
        {
            _most = Math.Max(_most, Interlocked.Increment(ref _inside));
            Thread.SpinWait(200);
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }

        return _most;
    }

    public async Task<int> Depth(int depth) =>
        depth == 0 ? 0 : 1 + await this.AsReference<IReentrantGrain>().Depth(depth - 1);
}

public interface IInterleavingGrain : IGrainWithStringKey
{
    Task Plain(string? signal);

    [AlwaysInterleave]
    Task Always(string signal);

    [AlwaysInterleave]
    Task AlwaysWaiting(string signal);

    Task ByPredicate(string word);
}

[MayInterleave(nameof(LetIn))]
public sealed class InterleavingGrain : Grain, IInterleavingGrain
{
    public static bool LetIn(IInvokable request) =>
        request.GetArgumentCount() == 1 && request.GetArgument(0) is "let me in";

    public async Task Plain(string? signal)
    {
        var probe = Probe.Of(this);
        probe.Note("plain in");
        if (signal is not null)
        {
            probe.Signal($"waiting {signal}");
            await probe.Wait(signal);
        }

        probe.Note("plain out");
    }

    public Task Always(string signal)
    {
        Probe.Of(this).Note("always");
        Probe.Of(this).Signal(signal);
        return Task.CompletedTask;
    }

    public async Task AlwaysWaiting(string signal)
    {
        Probe.Of(this).Signal($"waiting {signal}");
        await Probe.Of(this).Wait(signal);
    }

    public Task ByPredicate(string word)
    {
        Probe.Of(this).Note(word);
        return Task.CompletedTask;
    }
}

public interface ISlowStarterGrain : IGrainWithStringKey
{
    Task Plain(bool wait);

    [AlwaysInterleave]
    Task Always();
}

public sealed class SlowStarterGrain : Grain, ISlowStarterGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Of(this).Signal("activating");
        await Probe.Of(this).Wait("activate");
    }

    public async Task Plain(bool wait)
    {
        var probe = Probe.Of(this);
        probe.Note("in");
        if (wait) await probe.Wait("always was here");
        probe.Note("out");
    }

    public Task Always()
    {
        Probe.Of(this).Note("always");
        Probe.Of(this).Signal("always was here");
        return Task.CompletedTask;
    }
}

public interface IChainGrain : IGrainWithStringKey
{
    Task<string> AskOtherToCallBack(bool allow, bool suppress);

    Task<string> CallBack(IChainGrain caller, bool suppress);

    Task<string> Answer();

    Task HoldInsideChain();

    Task CallNote(IChainGrain caller, string text);

    Task CallNoteInOwnChain(IChainGrain target, string text);

    Task Note(string text);

    [AlwaysInterleave]
    Task Pass();
}

public sealed class ChainGrain : Grain, IChainGrain
{
    private IChainGrain Other => GrainFactory.GetGrain<IChainGrain>($"{this.GetPrimaryKeyString()}-other");

    public async Task<string> AskOtherToCallBack(bool allow, bool suppress)
    {
        var self = this.AsReference<IChainGrain>();
        if (!allow) return await Other.CallBack(self, suppress);
        using (RequestContext.AllowCallChainReentrancy()) return await Other.CallBack(self, suppress);
    }

    public async Task<string> CallBack(IChainGrain caller, bool suppress)
    {
        if (!suppress) return await caller.Answer();
        using (RequestContext.SuppressCallChainReentrancy()) return await caller.Answer();
    }

    public Task<string> Answer() => Task.FromResult("back");

    public async Task HoldInsideChain()
    {
        var probe = Probe.Of(this);
        using (RequestContext.AllowCallChainReentrancy())
        {
            probe.Signal("held");
            await probe.Wait("release");
            await Other.CallNote(this.AsReference<IChainGrain>(), "callback");
        }

        probe.Note("chain out");
    }

    public Task CallNote(IChainGrain caller, string text) => caller.Note(text);

    public async Task CallNoteInOwnChain(IChainGrain target, string text)
    {
        using (RequestContext.AllowCallChainReentrancy())
        {
            var noting = target.Note(text);
            Probe.Of(target).Signal("stranger sent");
            await noting;
        }
    }

    public Task Note(string text)
    {
        Probe.Of(this).Note(text);
        return Task.CompletedTask;
    }

    public Task Pass() => Task.CompletedTask;
}
