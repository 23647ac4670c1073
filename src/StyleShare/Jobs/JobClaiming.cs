using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace StyleShare.Jobs;

/// <summary>Claims jobs for the kinds that have room.</summary>
internal sealed class JobClaiming(
    Guid worker,
    FrozenDictionary<string, KindRunner> runners,
    ConcurrentDictionary<Guid, JobRun> held,
    JobClaims claims,
    JobOptions options,
    TimeProvider clock) : IAsyncDisposable
{
    /// <summary>
    /// Jobs become visible a little out of the order of their due times, as their commits take longer or shorter; what comes
    /// even later is found by the look from the beginning.
    /// </summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FullLookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CallEvery = TimeSpan.FromMilliseconds(250);

    private long _lookedFully = long.MinValue;
    private long _called = long.MinValue;
    private bool _unsure;

    /// <summary>Claims once; whether there may be more to claim at once.</summary>
    public async Task<bool> Claim(CancellationToken ct)
    {
        if (_unsure)
            await ReturnUnknown(ct);
        var rooms = Rooms();
        if (rooms.Count == 0)
            return false;
        _unsure = true;
        var claimed = (await claims.Take(worker, rooms, ct)).ToLookup(job => job.Kind);
        _unsure = false;
        var more = false;
        var full = false;
        foreach (var room in rooms)
        {
            var runner = runners[room.Kind];
            var jobs = claimed[room.Kind].OrderBy(job => job.DueAt).ThenBy(job => job.Id).ToList();
            Hand(runner, jobs);
            var all = jobs.Count == room.Free;
            more |= all ? runner.Room > 0 : room.Since is not null;
            full |= all;
            runner.Since = all ? jobs[^1].DueAt - Disorder : null;
        }

        if (full)
            await CallOthers(ct);
        return more;
    }

    public ValueTask DisposeAsync() => claims.DisposeAsync();

    private List<JobRoom> Rooms()
    {
        var fully = Due(ref _lookedFully, FullLookEvery);
        List<JobRoom> rooms = [];
        foreach (var runner in runners.Values)
        {
            if (runner.Room is > 0 and var room)
                rooms.Add(new JobRoom(runner.Kind.Name, Math.Min(room, options.MaxBatch), fully ? null : runner.Since));
        }

        return rooms;
    }

    private void Hand(KindRunner runner, IReadOnlyList<ClaimedJob> jobs)
    {
        if (jobs.Count == 0)
            return;
        var runs = new List<JobRun>(jobs.Count);
        foreach (var job in jobs)
        {
            var run = new JobRun(job.Id, runner.Kind, job.Key, job.Payload, job.Try, worker, job.Errors);
            held[run.Id] = run;
            runs.Add(run);
        }

        runner.Take(runs);
    }

    // A claim that was cut off may have been committed: then jobs are this worker's that it does not know of.
    private async Task ReturnUnknown(CancellationToken ct)
    {
        await claims.ReturnUnknown(worker, [.. held.Keys], ct);
        _unsure = false;
    }

    // There may be more than this silo has room for; others would find it by polling only.
    private async Task CallOthers(CancellationToken ct)
    {
        if (Due(ref _called, CallEvery))
            await claims.CallOthers(ct);
    }

    private bool Due(ref long last, TimeSpan every)
    {
        var now = clock.GetTimestamp();
        if (last != long.MinValue && clock.GetElapsedTime(last, now) < every)
            return false;
        last = now;
        return true;
    }
}
