using Orleans.Concurrency;

namespace Compliance;

/// <summary>A grain runs one turn at a time, and one request to its end before the next.</summary>
public sealed class TurnsTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_second_call_begins_when_the_first_has_ended()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(key);
        var first = grain.Visit("first", hold: true);
        await probe.Wait("first in");
        var second = grain.Visit("second", hold: false);
        await grain.Pass();
        await grain.Pass();
        Assert.Equal(["first in"], probe.Journal);

        probe.Signal("go");
        await Task.WhenAll(first, second);
        Assert.Equal(["first in", "first out", "second in", "second out"], probe.Journal);
    }

    [Fact]
    public async Task A_thousand_unlocked_increments_lose_none()
    {
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(Guid.NewGuid().ToString());
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(grain.Increment)));
        Assert.Equal(1_000, await grain.Value());
    }

    [Fact]
    public async Task Tasks_started_together_in_one_request_still_run_one_at_a_time()
    {
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(Guid.NewGuid().ToString());
        Assert.Equal(1, await grain.FanOutMostInside(200));
    }

    [Fact]
    public async Task Different_grains_run_at_the_same_time()
    {
        var probe = Probe.New(out var key);
        var grains = Enumerable.Range(0, 20).Select(i => cluster.Grains.GetGrain<IMeetingGrain>($"{key}:{i}")).ToList();
        await Task.WhenAll(grains.Select(g => g.MeetAll(key, 20)));
        Assert.Equal(20, probe.Total);
    }

    [Fact]
    public async Task A_callers_continuation_does_not_run_inside_the_callees_turn()
    {
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(Guid.NewGuid().ToString());

        // The continuation asks for the very grain whose answer woke it and waits on the spot: inside the
        // grain's turn that could never end. On a thread of the test it does.
        var asked = await grain.Value().ContinueWith(
            _ => grain.Value().Wait(Probe.Limit),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default).WaitAsync(Probe.Limit);
        Assert.True(asked);
    }

    [Fact]
    public async Task A_calling_grains_continuation_runs_in_the_calling_grain()
    {
        var key = Guid.NewGuid().ToString();
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(key);
        Assert.Equal(grain.GetGrainId().ToString(), await grain.WhoAmIAfterAsking($"{key}-other"));
    }

    [Fact]
    public async Task Null_arguments_and_results_pass_and_a_value_task_is_as_good_as_a_task()
    {
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(Guid.NewGuid().ToString());
        Assert.Null(await grain.Echo(null));
        Assert.Equal("x", await grain.Echo("x"));
        Assert.Equal(7, await grain.EchoValue(7));
        await grain.NothingValue();
    }

    [Fact]
    public async Task An_immutable_message_arrives_equal()
    {
        var grain = cluster.Grains.GetGrain<ITurnsGrain>(Guid.NewGuid().ToString());
        var letter = new Letter("안녕", 3, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), ["a", "b"]);
        var back = await grain.Send(letter);
        Assert.Equal(letter.Text, back.Text);
        Assert.Equal(letter.Count, back.Count);
        Assert.Equal(letter.At, back.At);
        Assert.Equal(letter.Parts.AsEnumerable(), back.Parts.AsEnumerable());
    }
}

[GenerateSerializer, Immutable]
public sealed record Letter(
    [property: Id(0)] string Text,
    [property: Id(1)] int Count,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] System.Collections.Immutable.ImmutableArray<string> Parts);

public interface ITurnsGrain : IGrainWithStringKey
{
    Task Visit(string name, bool hold);

    [AlwaysInterleave]
    Task Pass();

    Task Increment();

    Task<int> Value();

    Task<int> FanOutMostInside(int tasks);

    Task<string> WhoAmIAfterAsking(string other);

    Task<string?> Echo(string? text);

    ValueTask<int> EchoValue(int value);

    ValueTask NothingValue();

    Task<Letter> Send(Letter letter);
}

public sealed class TurnsGrain(IGrainContextAccessor accessor) : Grain, ITurnsGrain
{
    private int _value;

    public async Task Visit(string name, bool hold)
    {
        var probe = Probe.Of(this);
        probe.Note($"{name} in");
        probe.Signal($"{name} in");
        if (hold) await probe.Wait("go");
        await Task.Yield();
        probe.Note($"{name} out");
    }

    public Task Pass() => Task.CompletedTask;

    public async Task Increment()
    {
        var read = _value;
        await Task.Yield();
        _value = read + 1;
    }

    public Task<int> Value() => Task.FromResult(_value);

    public async Task<int> FanOutMostInside(int tasks)
    {
        var inside = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(async _ =>
        {
            for (var turn = 0; turn < 5; turn++)
            {
                await Task.Yield();
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.SpinWait(200);
                Interlocked.Decrement(ref inside);
            }
        }));
        return most;
    }

    public async Task<string> WhoAmIAfterAsking(string other)
    {
        await GrainFactory.GetGrain<ITurnsGrain>(other).Increment();
        return accessor.GrainContext!.GrainId.ToString();
    }

    public Task<string?> Echo(string? text) => Task.FromResult(text);

    public ValueTask<int> EchoValue(int value) => new(value);

    public async ValueTask NothingValue() => await Task.Yield();

    public Task<Letter> Send(Letter letter) => Task.FromResult(letter);
}

public interface IMeetingGrain : IGrainWithStringKey
{
    Task MeetAll(string place, int many);
}

public sealed class MeetingGrain : Grain, IMeetingGrain
{
    /// <summary>Ends when as many grains have come: which they can only if none waits for another's turn.</summary>
    public async Task MeetAll(string place, int many)
    {
        var probe = Probe.Of(place);
        if (probe.Count() == many) probe.Signal("all here");
        await probe.Wait("all here");
    }
}
