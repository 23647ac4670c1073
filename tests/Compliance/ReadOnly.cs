using Orleans.Concurrency;

namespace Compliance;

/// <summary>[ReadOnly] requests run beside each other, never beside one that may write.</summary>
public sealed class ReadOnlyTests(SharedCluster cluster)
{
    [Fact]
    public async Task Two_reads_run_beside_each_other()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IShelfGrain>(key);
        var first = grain.ReadHeld("first");
        await probe.Wait("first in");
        var second = grain.ReadHeld("second");
        await probe.Wait("second in");
        probe.Signal("go");
        await Task.WhenAll(first, second);
        Assert.Equal(2, probe.MostInside);
    }

    [Fact]
    public async Task A_write_waits_for_the_reads_that_run()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IShelfGrain>(key);
        var read = grain.ReadHeld("read");
        await probe.Wait("read in");
        var write = grain.Write("written");
        await grain.Pass();
        await grain.Pass();
        Assert.Equal(["read in"], probe.Journal);
        probe.Signal("go");
        await Task.WhenAll(read, write);
        Assert.Equal(["read in", "read out", "write"], probe.Journal);
    }

    [Fact]
    public async Task A_read_waits_for_the_write_that_runs()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<IShelfGrain>(key);
        var write = grain.WriteHeld("new");
        await probe.Wait("write in");
        var read = grain.Read();
        await grain.Pass();
        await grain.Pass();
        Assert.False(read.IsCompleted);
        probe.Signal("go");
        await write;
        Assert.Equal("new", await read);
    }

    [Fact]
    public async Task A_read_sees_the_write_that_was_acknowledged_before_it()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        for (var i = 0; i < 200; i++)
        {
            await grain.Write($"{i}");
            Assert.Equal($"{i}", await grain.Read());
        }
    }

    [Fact]
    public async Task Reads_and_writes_from_many_callers_never_overlap()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        var torn = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            if (i % 4 == 0) await grain.WriteInTwoSteps(i);
            return await grain.IsTorn();
        })));
        Assert.DoesNotContain(true, torn);
    }

    [Fact]
    public async Task What_a_read_sets_in_its_request_context_does_not_reach_its_caller()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        await grain.Write("warm");
        RequestContext.Set("from the caller", "kept");
        await grain.ReadAndSetContext("from the read", "leaked");
        Assert.Null(RequestContext.Get("from the read"));
        Assert.Equal("kept", RequestContext.Get("from the caller"));
        RequestContext.Clear();
    }

    [Fact]
    public async Task Ambient_values_cross_a_read_in_neither_direction()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        await grain.Write("warm");
        Ambience.Here.Value = "caller's";
        Assert.Null(await grain.ReadAmbientThenSet("grain's"));
        Assert.Equal("caller's", Ambience.Here.Value);
        Assert.Equal("none,caller's", await grain.ReadAmbientOfAnother($"{Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_read_runs_on_the_grains_scheduler_with_the_grains_context()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        await grain.Write("warm");
        Assert.Equal("own own", await grain.ReadWhere());
        Assert.Equal("own own", await grain.ReadWhere());
        var other = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        Assert.Equal("own own then own own", await other.ReadWhereOfAnother(grain));
    }

    [Fact]
    public async Task A_read_that_throws_fails_its_caller_by_the_task()
    {
        var grain = cluster.Grains.GetGrain<IShelfGrain>(Guid.NewGuid().ToString());
        await grain.Write("warm");
        var call = grain.ReadThrowing();
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => call);
        Assert.Equal("unreadable", thrown.Message);
    }

    [Fact]
    public async Task Reads_that_call_reads_in_a_ring_end()
    {
        var keys = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var first = cluster.Grains.GetGrain<IShelfGrain>(keys[0]);
        await Task.WhenAll(keys.Select(k => cluster.Grains.GetGrain<IShelfGrain>(k).Write("warm")));
        Assert.Equal(500, await first.ReadRound(500, [.. keys]));
    }

    [Fact]
    public async Task The_continuations_of_many_reads_run_one_at_a_time_in_the_calling_grain()
    {
        var key = Guid.NewGuid().ToString();
        var writer = cluster.Grains.GetGrain<IShelfGrain>(key);
        var other = cluster.Grains.GetGrain<IShelfGrain>($"{key}-other");
        await other.Write("warm");
        Assert.Equal(1, await writer.MostInsideWhileReading(other));
    }
}

/// <summary>A value that flows with the execution context, as a caller's culture or trace does.</summary>
internal static class Ambience
{
    public static readonly AsyncLocal<string?> Here = new();
}

public interface IShelfGrain : IGrainWithStringKey
{
    [ReadOnly]
    Task<string> ReadHeld(string name);

    [ReadOnly]
    Task<string> Read();

    Task Write(string text);

    Task WriteHeld(string text);

    Task WriteInTwoSteps(int value);

    [ReadOnly]
    Task<bool> IsTorn();

    [ReadOnly]
    Task<string> ReadAndSetContext(string name, string value);

    [ReadOnly]
    Task<string?> ReadAmbientThenSet(string value);

    Task<string> ReadAmbientOfAnother(string other);

    [ReadOnly]
    Task<string> ReadWhere();

    Task<string> ReadWhereOfAnother(IShelfGrain other);

    [ReadOnly]
    Task<string> ReadThrowing();

    [ReadOnly]
    Task<int> ReadRound(int hops, System.Collections.Immutable.ImmutableArray<string> ring);

    Task<int> MostInsideWhileReading(IShelfGrain other);

    [AlwaysInterleave]
    Task Pass();
}

public sealed class ShelfGrain(IGrainContextAccessor accessor) : Grain, IShelfGrain
{
    private string _text = "";
    private int _left;
    private int _right;
    private TaskScheduler _own = TaskScheduler.Default;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _own = TaskScheduler.Current;
        return Task.CompletedTask;
    }

    public async Task<string> ReadHeld(string name)
    {
        var probe = Probe.Of(this);
        probe.Enter();
        probe.Note($"{name} in");
        probe.Signal($"{name} in");
        await probe.Wait("go");
        probe.Note($"{name} out");
        probe.Leave();
        return _text;
    }

    public Task<string> Read() => Task.FromResult(_text);

    public Task Write(string text)
    {
        Probe.Of(this).Note("write");
        _text = text;
        return Task.CompletedTask;
    }

    public async Task WriteHeld(string text)
    {
        var probe = Probe.Of(this);
        probe.Signal("write in");
        await probe.Wait("go");
        _text = text;
    }

    public async Task WriteInTwoSteps(int value)
    {
        _left = value;
        await Task.Yield();
        _right = value;
    }

    public async Task<bool> IsTorn()
    {
        var before = _left != _right;
        await Task.Yield();
        return before || _left != _right;
    }

    public Task<string> ReadAndSetContext(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.FromResult(_text);
    }

    public Task<string?> ReadAmbientThenSet(string value)
    {
        var found = Ambience.Here.Value;
        Ambience.Here.Value = value;
        return Task.FromResult(found);
    }

    public async Task<string> ReadAmbientOfAnother(string other)
    {
        var grain = GrainFactory.GetGrain<IShelfGrain>(other);
        await grain.Write("warm");
        Ambience.Here.Value = "caller's";
        var found = await grain.ReadAmbientThenSet("callee's");
        return $"{found ?? "none"},{Ambience.Here.Value}";
    }

    public async Task<string> ReadWhere()
    {
        var before = Here();
        await Task.Yield();
        return $"{before} {Here()}";
    }

    public async Task<string> ReadWhereOfAnother(IShelfGrain other)
    {
        var there = await other.ReadWhere();
        return $"{there} then {Here()} {await ReadOwnAfterYield()}";
    }

    public Task<string> ReadThrowing() => throw new InvalidOperationException("unreadable");

    public async Task<int> ReadRound(int hops, System.Collections.Immutable.ImmutableArray<string> ring)
    {
        if (hops == 0) return 0;
        return 1 + await GrainFactory.GetGrain<IShelfGrain>(ring[hops % ring.Length]).ReadRound(hops - 1, ring);
    }

    public async Task<int> MostInsideWhileReading(IShelfGrain other)
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            for (var i = 0; i < 5; i++)
            {
                await other.ReadWhere();
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.SpinWait(100);
                Interlocked.Decrement(ref inside);
            }
        }));
        return most;
    }

    public Task Pass() => Task.CompletedTask;

    private string Here() =>
        ReferenceEquals(TaskScheduler.Current, _own) && accessor.GrainContext?.GrainId == this.GetGrainId() ? "own" : "foreign";

    private async Task<string> ReadOwnAfterYield()
    {
        await Task.Yield();
        return Here();
    }
}
