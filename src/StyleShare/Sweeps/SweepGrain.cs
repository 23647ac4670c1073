using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using StyleShare.Storage;

namespace StyleShare.Sweeps;

/// <summary>
/// Runs one partition of a sweep. A reminder starts each run; a second one, there only while a run is under way, goes on with
/// it where the silo that ran it died. The state's version keeps a silo that was thawed from going on beside its successor.
/// </summary>
internal sealed class SweepGrain(
    [PersistentState("sweep", GrainStateStorage.Name)] IPersistentState<SweepState> state,
    IEnumerable<ISweep> sweeps,
    TimeProvider clock,
    IOptions<SweepOptions> options,
    ILogger<SweepGrain> log) : Grain, ISweepGrain, IRemindable
{
    private const string RunReminder = "run";
    private const string ResumeReminder = "resume";

    private readonly SweepOptions _options = options.Value;
    private ISweep? _sweep;
    private int _partition;
    private bool _isAtIt;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (var name, _partition) = SweepKeys.Parse(this.GetPrimaryKeyString());
        _sweep = sweeps.FirstOrDefault(sweep => sweep.Name == name && _partition < sweep.Partitions);
        return Task.CompletedTask;
    }

    public Task<SweepState> State() => Task.FromResult(state.State);

    public async Task Schedule()
    {
        var sweep = _sweep ?? throw new InvalidOperationException($"There is no sweep {this.GetPrimaryKeyString()}.");
        // As it was: a silo that starts each hour must not put off what happens each day.
        if (state.State.Every == sweep.Every && await this.GetReminder(RunReminder) is not null)
            return;
        // Partitions one after the other, so that they are not all due at once.
        await this.RegisterOrUpdateReminder(RunReminder, sweep.Every * (_partition + 1) / sweep.Partitions, sweep.Every);
        var scheduled = state.State with { Every = sweep.Every };
        // A run under way writes it with its next step.
        if (_isAtIt)
            state.State = scheduled;
        else
            await Write(scheduled);
    }

    public async Task Run()
    {
        if (_sweep is null || _isAtIt)
            return;
        await state.ReadStateAsync();
        if (state.State.IsTaken(Now))
            return;
        await this.RegisterOrUpdateReminder(ResumeReminder, _options.ResumeEvery, _options.ResumeEvery);
        try
        {
            await Write(state.State.Begin(Now, _options.Lease));
        }
        catch (InconsistentStateException)
        {
            // Another silo began it in the same moment.
            return;
        }

        _isAtIt = true;
        // Calls are answered while it runs.
        this.RegisterGrainTimer(Steps, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_sweep is null)
        {
            SweepLog.Gone(log, this.GetPrimaryKeyString());
            await Remove(RunReminder);
            await Remove(ResumeReminder);
            return;
        }

        if (reminderName == ResumeReminder && !_isAtIt)
        {
            await state.ReadStateAsync();
            if (!state.State.IsRunning)
            {
                // The silo that ended the run did not come to it.
                await Remove(ResumeReminder);
                return;
            }
        }

        await Run();
    }

    private async Task Steps(CancellationToken stop)
    {
        try
        {
            while (state.State.IsRunning)
                await Step(stop);
            await Remove(ResumeReminder);
            SweepLog.Done(log, this.GetPrimaryKeyString(), state.State.Handled, (state.State.DoneAt!.Value - state.State.StartedAt).TotalSeconds);
        }
        catch (InconsistentStateException)
        {
            SweepLog.Overtaken(log, this.GetPrimaryKeyString());
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested)
                SweepLog.StepFailed(log, this.GetPrimaryKeyString(), _options.ResumeEvery, e);
            await LetGo();
        }
        finally
        {
            _isAtIt = false;
        }
    }

    private async Task Step(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_options.StepTimeLimit);
        limit.Token.ThrowIfCancellationRequested();
        var step = await _sweep!.Step(_partition, state.State.Cursor, limit.Token);
        await Write(state.State.After(step, Now, _options.Lease));
    }

    // Best done, not needed: the lease ends by itself.
    private async Task LetGo()
    {
        try
        {
            await Write(state.State.LetGo());
        }
        catch (Exception)
        {
            DeactivateOnIdle();
        }
    }

    private async Task Write(SweepState next)
    {
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception)
        {
            state.State = before;
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task Remove(string reminder)
    {
        if (await this.GetReminder(reminder) is { } registered)
            await this.UnregisterReminder(registered);
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
