using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Ticks what is due: claims it, calls the grain, and writes down when it is due next. All silos of a service do so, and the
/// claim makes each tick one silo's.
/// </summary>
/// <remarks>
/// A silo that dies before the claim leaves the tick to whoever looks next, within a second. One that dies after it and before
/// the tick was written down leaves it unknown whether the grain was told: it is told again once the claim has ended. So a
/// tick is never lost, and comes more than once a period only if a silo dies (or loses the database for the length of a claim)
/// within it. Periods that passed without any silo are made up for by one tick.
/// </remarks>
internal sealed class ReminderService(Silo silo, IServiceProvider services, ILogger<ReminderService> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    // Grains that are woken activate, read and write: enough of them at once to keep a database busy, and no flood.
    private const int MaxTicks = 64;

    // How long a reminder that another silo wrote, or that a changed clock made due, may go unnoticed.
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(1);

    // Beyond the time that a call may take, so that a claim does not end before its call has.
    private readonly TimeSpan _claimLength = silo.Messaging.ResponseTimeout + TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _room = new(MaxTicks);
    private readonly CancellationTokenSource _stop = new();
    private volatile TaskCompletionSource _wake = NewWake();
    private Task _loop = Task.CompletedTask;
    private bool _isLost;

    public void Participate(ISiloLifecycle lifecycle)
    {
        // Looked for now, so that a silo that is configured wrongly does not start.
        if (services.GetService<IReminderStore>() is { } store)
            lifecycle.Subscribe<ReminderService>(ServiceLifecycleStage.Active, _ => Start(store), Stop);
    }

    /// <summary>Something was registered that is due after this time: the loop shall not sleep through it.</summary>
    public void Expect(TimeSpan dueTime)
    {
        if (dueTime < PollPeriod)
            _wake.TrySetResult();
    }

    // The container asks once for each of its registrations.
    public void Dispose() => _stop.Cancel();

    private Task Start(IReminderStore store)
    {
        _loop = Task.Run(() => Run(store, _stop.Token));
        return Task.CompletedTask;
    }

    // No more is claimed; what was claimed is waited for while the grains are still there.
    private async Task Stop(CancellationToken limit)
    {
        await _stop.CancelAsync();
        await _loop;
        for (var i = 0; i < MaxTicks && !limit.IsCancellationRequested; i++)
            await _room.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Run(IReminderStore store, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Sleep(await TickDue(store, stop), stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // As told.
            }
            catch (Exception exception)
            {
                if (!_isLost)
                    log.Lost(PollPeriod, exception);
                _isLost = true;
                await Sleep(PollPeriod, stop);
            }
        }
    }

    // Returns how long there is nothing to do.
    private async Task<TimeSpan> TickDue(IReminderStore store, CancellationToken stop)
    {
        var room = await TakeRoom(stop);
        var started = 0;
        try
        {
            // Set before looking: what is registered from here on wakes the loop.
            if (_wake.Task.IsCompleted)
                _wake = NewWake();
            var now = silo.TimeProvider.GetUtcNow().UtcDateTime;
            var due = await store.Claim(now, room, _claimLength, stop);
            for (; started < due.Claims.Count; started++)
                _ = Tick(store, due.Claims[started]);
            if (_isLost)
                log.Back();
            _isLost = false;
            if (started == room)
                return TimeSpan.Zero;
            var next = due.Next - now;
            return next < PollPeriod ? next.Value : PollPeriod;
        }
        finally
        {
            if (started < room)
                _room.Release(room - started);
        }
    }

    // All that there is; waits for one at least.
    private async Task<int> TakeRoom(CancellationToken stop)
    {
        await _room.WaitAsync(stop);
        var taken = 1;
        while (_room.Wait(0, CancellationToken.None))
            taken++;
        return taken;
    }

    private async Task Sleep(TimeSpan time, CancellationToken stop)
    {
        if (time > TimeSpan.Zero)
            await _wake.Task.WaitAsync(time, silo.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Tick(IReminderStore store, ReminderClaim claim)
    {
        try
        {
            if (await Send(claim))
            {
                var next = Next(claim);
                await Write(claim, () => store.Complete(claim, next, CancellationToken.None));
                Expect(next - silo.TimeProvider.GetUtcNow().UtcDateTime);
            }
            else
            {
                await Write(claim, () => store.Release(claim, CancellationToken.None));
            }
        }
        finally
        {
            _room.Release();
        }
    }

    // False if the call was not taken on, as the silo is stopping.
    private async Task<bool> Send(ReminderClaim claim)
    {
        try
        {
            // Off the loop's thread, for a call may run in its caller's.
            await Task.Yield();
            var status = new TickStatus(claim.StartAt, claim.Period, silo.TimeProvider.GetUtcNow().UtcDateTime);
            await silo.GrainFactory.GetGrain<IRemindable>(claim.Grain).ReceiveReminder(claim.Name, status);
        }
        catch (SiloUnavailableException) when (!silo.TakesCalls)
        {
            return false;
        }
        catch (Exception exception)
        {
            log.TickFailed(claim.Name, claim.Grain, Next(claim), exception);
        }

        return true;
    }

    // The database may be away for a moment; a tick that is not written down would come twice.
    private async Task Write(ReminderClaim claim, Func<Task> write)
    {
        var start = silo.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception exception) when (_stop.IsCancellationRequested || silo.TimeProvider.GetElapsedTime(start) > _claimLength)
            {
                log.TicksAgain(claim.Name, claim.Grain, exception);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(PollPeriod, silo.TimeProvider);
            }
        }
    }

    private DateTime Next(ReminderClaim claim) => ReminderSchedule.NextAfter(claim.StartAt, claim.Period, silo.TimeProvider.GetUtcNow().UtcDateTime);

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
