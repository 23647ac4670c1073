using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Storage;

namespace StyleShare.Storage;

/// <summary>
/// One of the committer's connections with its loop: takes what waits, commits it, says so to the callers. Lives through
/// everything that happens to the database.
/// </summary>
internal sealed class CommitLane(
    int number,
    CommitQueue queue,
    LaneDataSource source,
    StorageOptions options,
    StorageMeters meters,
    CommitSignals signals,
    TimeProvider clock,
    ILogger log,
    CancellationToken aborted)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly LaneConnection _connection = new(source);
    private readonly CommitGroup _group = new();
    private readonly Turnstile _turnstile = new();
    private bool _lost;
    private TimeSpan _pause = FirstPause;

    private enum Outcome
    {
        Committed,

        /// <summary>The database refused something in it; surely nothing was written, and again nothing would be.</summary>
        Refused,

        /// <summary>Surely nothing was written, but it may go well another time.</summary>
        NotDone,

        Unknown,
    }

    public async Task RunAsync()
    {
        List<PendingCommit> commits = [];
        while (await queue.WaitAsync(_turnstile))
        {
            commits.Clear();
            queue.Take(commits);
            try
            {
                await CommitAsync(commits);
            }
            catch (Exception e)
            {
                // Nothing is known of how far it came: that is what the callers are told.
                log.LaneFailed(number, e);
                foreach (var commit in commits)
                    commit.TrySetException(new OutcomeUnknownException());
                await _connection.DisposeAsync();
            }
        }

        await CloseAsync();
    }

    /// <summary>Commits all; what the database refuses is parted until the bad change stands alone, and fails alone.</summary>
    private async Task CommitAsync(List<PendingCommit> commits)
    {
        while (commits.Count > 0)
        {
            var (outcome, error) = await TryCommitAsync(commits);
            switch (outcome)
            {
                case Outcome.Committed:
                    foreach (var commit in commits)
                        commit.SetResult();
                    return;
                case Outcome.Refused when commits.Count == 1:
                    Fail(commits[0], error!, error is InconsistentStateException ? "stale" : "refused");
                    return;
                case Outcome.Refused:
                    // A few go one by one: where one is bad (a race for a key), others often are.
                    var part = commits.Count <= 8 ? 1 : (commits.Count + 1) / 2;
                    for (var i = 0; i < commits.Count; i += part)
                        await CommitAsync(commits[i..Math.Min(i + part, commits.Count)]);
                    return;
                case Outcome.Unknown:
                    log.OutcomeUnknown(commits.Count);
                    foreach (var commit in commits)
                        Fail(commit, error!, "unknown");
                    return;
                default:
                    commits = RefuseOverdue(commits);
                    await PauseAsync();
                    break;
            }
        }
    }

    private async Task<(Outcome Outcome, Exception? Error)> TryCommitAsync(List<PendingCommit> commits)
    {
        if (!await TryOpenAsync())
            return (Outcome.NotDone, null);
        using var activity = StorageMeters.Activities.StartActivity("commit");
        activity?.SetTag("styleshare.storage.changes", commits.Count);
        var started = clock.GetTimestamp();
        try
        {
            foreach (var commit in commits)
                _group.Add(commit.Change);
            await _connection.ExecuteAsync(_group, CancellationToken.None);
            _pause = FirstPause;
            RaiseSignals();
            _group.Clear();
            meters.Committed(commits.Count, clock.GetElapsedTime(commits[0].QueuedAt, started), clock.GetElapsedTime(started));
            return (Outcome.Committed, null);
        }
        catch (PostgresException e) when (PostgresErrors.IsFromLivingTransaction(e))
        {
            if (PostgresErrors.NeedsNewConnection(e))
                await _connection.DisposeAsync();
            if (!PostgresErrors.MayPass(e))
                return (Outcome.Refused, Translate(e));
            log.SentAgain(e.SqlState, commits.Count);
            return (Outcome.NotDone, null);
        }
        catch (Exception e)
        {
            return await ResolveAsync(e, commits.Count);
        }
        finally
        {
            if (_group.Executions.Count > 0)
                _group.Reset();
        }
    }

    /// <summary>The connection broke while a group was under way: asks the database what became of it.</summary>
    private async Task<(Outcome Outcome, Exception? Error)> ResolveAsync(Exception cause, int changes)
    {
        if (PostgresErrors.IsOfConnection(cause))
            await LoseAsync(cause);
        var since = clock.GetTimestamp();
        do
        {
            try
            {
                if (await TryOpenAsync())
                {
                    var committed = await _connection.WasCommittedAsync(aborted);
                    log.Resolved(number, changes, committed ? "committed" : "not committed");
                    if (committed)
                        return (Outcome.Committed, null);
                    return PostgresErrors.IsOfConnection(cause)
                        ? (Outcome.NotDone, null)
                        : (Outcome.Refused, new ChangeRefusedException("(client)", "22000", constraint: null, cause.Message));
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                await LoseAsync(e);
            }

            await PauseAsync();
        }
        while (clock.GetElapsedTime(since) < options.MaxOutcomeWait && !aborted.IsCancellationRequested);

        return (Outcome.Unknown, new OutcomeUnknownException());
    }

    private void RaiseSignals()
    {
        foreach (var execution in _group.Executions)
        {
            if (execution.Statement.Signal is { } signal)
                signals.Raise(signal);
        }
    }

    private async Task<bool> TryOpenAsync()
    {
        if (_connection.IsOpen)
            return true;
        try
        {
            await _connection.OpenAsync(aborted);
            if (_lost)
                log.Back(number);
            _lost = false;
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException or System.Net.Sockets.SocketException)
        {
            await LoseAsync(e);
            return false;
        }
    }

    private async Task LoseAsync(Exception cause)
    {
        if (!_lost)
            log.Lost(number, cause);
        _lost = true;
        await _connection.DisposeAsync();
    }

    private async Task PauseAsync()
    {
        // Jitter keeps the lanes of many silos from coming back at one moment.
        var pause = _pause * (0.5 + Random.Shared.NextDouble());
        _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
        await Task.Delay(pause, clock, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Those that have waited too long are refused, the others go on.</summary>
    private List<PendingCommit> RefuseOverdue(List<PendingCommit> commits)
    {
        List<PendingCommit> left = [];
        foreach (var commit in commits)
        {
            if (clock.GetElapsedTime(commit.QueuedAt) < options.MaxWait && !aborted.IsCancellationRequested)
                left.Add(commit);
            else
                Fail(commit, StorageErrors.Unavailable(), "unavailable");
        }

        return left;
    }

    private void Fail(PendingCommit commit, Exception error, string reason)
    {
        meters.Failed(reason);
        commit.TrySetException(error);
    }

    private Exception Translate(PostgresException e)
    {
        var statement = _group.Executions.FirstOrDefault(x => ReferenceEquals(x.Command, e.BatchCommand))?.Statement;
        if (e.SqlState == StorageErrors.Stale || (e.ConstraintName is { } name && name == statement?.FencingConstraint))
            return new InconsistentStateException($"{statement?.Name}: the stored state is another one ({e.MessageText}).");
        log.Refused(statement?.Name ?? "?", e.SqlState, e.ConstraintName);
        return new ChangeRefusedException(statement?.Name ?? "?", e.SqlState, e.ConstraintName, e.MessageText);
    }

    private async Task CloseAsync()
    {
        try
        {
            if (_connection.IsOpen)
                await _connection.ForgetMarkersAsync(aborted);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // They are pruned with those of killed silos.
        }

        await _connection.DisposeAsync();
    }
}
