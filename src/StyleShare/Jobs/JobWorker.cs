using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>
/// Does jobs on this silo: claims what is due as there is room, has it run and what became of it written, says that the
/// silo lives, and takes over what dead silos have left.
/// </summary>
internal sealed class JobWorker : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>At the most this often jobs are claimed: what comes meanwhile is claimed together.</summary>
    private static readonly TimeSpan ClaimPause = TimeSpan.FromMilliseconds(4);

    private readonly Guid _id = Guid.NewGuid();
    private readonly JobWriter _writer;
    private readonly JobOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly JobClaiming _claiming;
    private readonly JobUpkeep _upkeep;
    private readonly FrozenDictionary<string, KindRunner> _runners;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborted = new();
    private readonly WakeUp _wake = new();
    private Task _claims = Task.CompletedTask;
    private Task _beats = Task.CompletedTask;
    private Task _writes = Task.CompletedTask;

    public JobWorker(
        IEnumerable<JobRoute> routes,
        JobWriter writer,
        JobStore store,
        LaneDataSource source,
        CommitSignals signals,
        Listener listener,
        JobMeters meters,
        IOptions<JobOptions> options,
        TimeProvider clock,
        ILogger<JobWorker> log)
    {
        (_writer, _options, _clock, _log) = (writer, options.Value, clock, log);
        _runners = routes.ToFrozenDictionary(
            route => route.Kind.Name,
            route => new KindRunner(route, writer, store, _options, meters, clock, log),
            StringComparer.Ordinal);
        var held = new ConcurrentDictionary<Guid, JobRun>();
        _claiming = new JobClaiming(_id, _runners, held, new JobClaims(source), _options, clock);
        _upkeep = new JobUpkeep(_id, _runners, held, writer, new JobWorkers(source), _options, clock, log);
        writer.Written = batch => Settle(batch, held);
        signals.Subscribe(JobSql.Signal, _wake.Set);
        listener.Subscribe(JobSql.Signal, _ => _wake.Set());
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins when everything that handlers may call has started.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled || _runners.Count == 0)
            return Task.CompletedTask;
        _writes = Task.Run(() => _writer.Run(_aborted.Token), CancellationToken.None);
        _beats = Task.Run(() => Repeat("Upkeep", Beat), CancellationToken.None);
        _claims = Task.Run(() => Repeat("Claiming", Claim), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Ends before anything that handlers may call does: what is not done in a short time goes to other silos.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (cancellationToken.IsCancellationRequested)
        {
            await Abort();
            return;
        }

        // A claim under way is waited for, so that nothing comes in behind the closing.
        await _claims;
        var idle = Task.WhenAll(_runners.Values.Select(runner => runner.Close()));
        if (!await Within(idle, _options.StopGrace, cancellationToken))
        {
            Cancel(settle: false);
            if (!await Within(idle, _options.StopCancelGrace, cancellationToken))
                _log.JobsReturned(Cancel(settle: true));
        }

        _writer.Close();
        await Within(_writes, _options.StopCancelGrace, cancellationToken);
        await _beats;
        await _upkeep.Leave(cancellationToken);
        await Abort();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Abort();
        await Task.WhenAll(_claims, _beats, _writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _claiming.DisposeAsync();
        await _upkeep.DisposeAsync();
    }

    // As in a crash: handlers are told, and nothing is written.
    private async Task Abort()
    {
        await _aborted.CancelAsync();
        Cancel(settle: false);
    }

    private int Cancel(bool settle) => _runners.Values.Sum(runner => runner.Cancel(_ => true, settle));

    private async Task Claim(CancellationToken ct)
    {
        var started = _clock.GetTimestamp();

        // Not cancelled by a stop: what it claims would be nobody's for a while.
        if (!await _claiming.Claim(_aborted.Token))
            await _wake.Wait(_options.Poll, ct);
        var pause = ClaimPause - _clock.GetElapsedTime(started);
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, _clock, ct);
    }

    private async Task Beat(CancellationToken ct)
    {
        await _upkeep.Run(ct);
        await Task.Delay(_options.Heartbeat, _clock, ct);
    }

    private async Task Repeat(string task, Func<CancellationToken, Task> once)
    {
        var well = true;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await once(_stopping.Token);
                well = true;
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (well)
                    _log.UpkeepFailed(task, e);
                well = false;
                await Task.Delay(_options.Heartbeat / 2, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Settle(IReadOnlyList<JobResult> batch, ConcurrentDictionary<Guid, JobRun> held)
    {
        foreach (var result in batch)
        {
            held.TryRemove(new KeyValuePair<Guid, JobRun>(result.Run.Id, result.Run));
            if (result.Held)
                _runners[result.Run.Kind.Name].Written(result);
        }

        _wake.Set();
    }

    private async Task<bool> Within(Task task, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(limit, _clock, cancellation);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
