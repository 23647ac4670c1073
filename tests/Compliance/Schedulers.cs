namespace Compliance;

/// <summary>What stays in the grain's turn and what leaves it, as the documentation of external tasks says.</summary>
public sealed class SchedulersTests(SharedCluster cluster)
{
    private ISchedulersGrain Grain => cluster.Grains.GetGrain<ISchedulersGrain>(Guid.NewGuid().ToString());

    [Fact]
    public async Task The_code_of_a_grain_runs_on_the_grains_own_scheduler()
    {
        Assert.True(await Grain.IsOwnScheduler());
    }

    [Theory]
    [InlineData("await Task.Yield")]
    [InlineData("await Task.Delay")]
    [InlineData("await Task.Run")]
    [InlineData("await a call")]
    [InlineData("await Task.WhenAll of calls")]
    [InlineData("await a foreign completion")]
    [InlineData("await Task.Factory.StartNew")]
    [InlineData("ContinueWith")]
    [InlineData("inside Task.Factory.StartNew")]
    [InlineData("nested async method")]
    [InlineData("after a nested async method")]
    [InlineData("ContinueWith after a nested async method")]
    [InlineData("a completion from the same turn")]
    [InlineData("a completion from another request")]
    [InlineData("inside Task.Factory.StartNew after await")]
    public async Task It_stays_on_the_grains_scheduler_after(string what)
    {
        Assert.Equal("stays", await Grain.Where(what));
    }

    [Theory]
    [InlineData("inside Task.Run")]
    [InlineData("after ConfigureAwait(false)")]
    [InlineData("inside Task.Run after await")]
    public async Task It_leaves_the_grains_scheduler(string what)
    {
        Assert.Equal("leaves", await Grain.Where(what));
    }

    [Fact]
    public async Task A_grain_can_be_called_from_Task_Run_inside_a_grain()
    {
        Assert.Equal(3, await Grain.CallFromTaskRun());
    }

    [Fact]
    public async Task Started_child_tasks_and_the_request_never_run_at_the_same_time()
    {
        Assert.Equal(1, await Grain.MostInsideWithStartNew(100));
    }

    [Fact]
    public async Task A_task_left_behind_by_a_request_still_runs_in_the_grains_turns()
    {
        var probe = Probe.New(out var key);
        var grain = cluster.Grains.GetGrain<ISchedulersGrain>(key);
        await grain.LeaveATaskBehind();
        probe.Signal("go");
        await probe.Wait("done");
        Assert.Equal(["stays"], probe.Journal);
    }

    [Fact]
    public async Task The_grain_context_is_known_in_turns_and_nowhere_else()
    {
        Assert.Equal("own,own,none", await Grain.Contexts());
        var accessor = cluster.Silo.GetRequiredService<IGrainContextAccessor>();
        Assert.Null(accessor.GrainContext);
    }
}

public interface ISchedulersGrain : IGrainWithStringKey
{
    Task<bool> IsOwnScheduler();

    Task<string> Where(string what);

    Task<int> One();

    Task<int> CallFromTaskRun();

    Task<int> MostInsideWithStartNew(int tasks);

    Task LeaveATaskBehind();

    [Orleans.Concurrency.AlwaysInterleave]
    Task Complete();

    Task<string> Contexts();
}

public sealed class SchedulersGrain(IGrainContextAccessor accessor) : Grain, ISchedulersGrain
{
    private TaskScheduler _own = TaskScheduler.Default;
    private TaskCompletionSource? _completedByAnother;

    private ISchedulersGrain Other => GrainFactory.GetGrain<ISchedulersGrain>($"{this.GetPrimaryKeyString()}-other");

    private string Here => ReferenceEquals(TaskScheduler.Current, _own) ? "stays" : "leaves";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _own = TaskScheduler.Current;
        return Task.CompletedTask;
    }

    public Task<bool> IsOwnScheduler() =>
        Task.FromResult(ReferenceEquals(TaskScheduler.Current, _own) && !ReferenceEquals(_own, TaskScheduler.Default));

    public async Task<string> Where(string what)
    {
        switch (what)
        {
            case "await Task.Yield": await Task.Yield(); return Here;
            case "await Task.Delay": await Task.Delay(1); return Here;
            case "await Task.Run": await Task.Run(static () => Thread.SpinWait(10_000)); return Here;
            case "await a call": await Other.One(); return Here;
            case "await Task.WhenAll of calls": await Task.WhenAll(Other.One(), Other.One()); return Here;
            case "await a foreign completion": return await AfterForeignCompletion();
            case "await Task.Factory.StartNew": await Start(static () => 0); return Here;
            case "ContinueWith":
                return await Task.Delay(1).ContinueWith(_ => Here, TaskContinuationOptions.None);
            case "inside Task.Factory.StartNew": return await Start(() => Here);
            case "nested async method": return await Nested(3);
            case "after a nested async method": await Nested(3); return Here;
            case "ContinueWith after a nested async method":
                await Nested(3);
                return await Task.Delay(1).ContinueWith(_ => Here, TaskContinuationOptions.None);
            case "a completion from the same turn": return await CompletedFromSameTurn();
            case "a completion from another request": return await CompletedByAnotherRequest();
            case "inside Task.Factory.StartNew after await": return await await Start(HereAfterDelay);
            case "inside Task.Run": return await Task.Run(() => Here);
            case "inside Task.Run after await": return await Task.Run(HereAfterDelay);
            case "after ConfigureAwait(false)": await Task.Delay(1).ConfigureAwait(false); return Here;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "unknown way");
        }
    }

    public Task<int> One() => Task.FromResult(1);

    public Task Complete()
    {
        _completedByAnother!.SetResult();
        return Task.CompletedTask;
    }

    public Task<int> CallFromTaskRun() => Task.Run(async () =>
    {
        var sum = await Other.One();
        await Task.Yield();
        sum += await Other.One();
        return sum + (await Task.WhenAll(Other.One()))[0];
    });

    public async Task<int> MostInsideWithStartNew(int tasks)
    {
        var inside = 0;
        var most = 0;
        void Work()
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.SpinWait(500);
            Interlocked.Decrement(ref inside);
        }

        var all = Enumerable.Range(0, tasks).Select(_ => Start(() =>
        {
            Work();
            return 0;
        })).ToList();
        Work();
        await Task.Yield();
        Work();
        await Task.WhenAll(all);
        return most;
    }

    public Task LeaveATaskBehind()
    {
        _ = Behind();
        return Task.CompletedTask;

        async Task Behind()
        {
            var probe = Probe.Of(this);
            await probe.Wait("go");
            probe.Note(Here);
            probe.Signal("done");
        }
    }

    public async Task<string> Contexts()
    {
        var first = Name();
        await Task.Delay(1);
        var second = Name();
        return $"{first},{second},{await Task.Run(Name)}";

        string Name() => accessor.GrainContext is not { } context ? "none"
            : context.GrainId == this.GetGrainId() ? "own" : "foreign";
    }

    private static Task<T> Start<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);

    private async Task<string> AfterForeignCompletion()
    {
        // Completed on a thread of its own, allowed to run continuations on the spot: they must not be.
        var source = new TaskCompletionSource();
        var thread = new Thread(() => source.SetResult());
        var awaiting = Awaiting();
        thread.Start();
        return await awaiting;

        async Task<string> Awaiting()
        {
            await source.Task;
            return Here;
        }
    }

    private async Task<string> CompletedFromSameTurn()
    {
        var source = new TaskCompletionSource();
        var awaiting = Awaiting();
        await Task.Yield();
        source.SetResult();
        return await awaiting;

        async Task<string> Awaiting()
        {
            await source.Task;
            return Here;
        }
    }

    private async Task<string> CompletedByAnotherRequest()
    {
        _completedByAnother = new TaskCompletionSource();
        var self = this.AsReference<ISchedulersGrain>();
        _ = self.Complete();
        await _completedByAnother.Task;
        return Here;
    }

    private async Task<string> HereAfterDelay()
    {
        await Task.Delay(1);
        return Here;
    }

    private async Task<string> Nested(int depth)
    {
        await Task.Yield();
        return depth == 0 ? Here : await Nested(depth - 1);
    }
}
