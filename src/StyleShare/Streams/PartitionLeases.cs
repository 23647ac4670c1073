using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>
/// Which partitions this silo reads: its fair share. Renews its leases, takes those of dead silos, lets some go when others
/// come, and all when it stops.
/// </summary>
internal sealed class PartitionLeases(
    LeaseTable table, IOptions<StreamOptions> options, TimeProvider clock, ILogger<PartitionLeases> log) : IAsyncDisposable
{
    private readonly Guid _reader = Guid.NewGuid();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Lease> _held = new();
    private readonly ConcurrentDictionary<int, int> _open = new();
    private readonly Nudge _nudge = new(clock);
    private int _share = Outbox.Partitions;
    private Task _running = Task.CompletedTask;
    private bool _failing;

    /// <summary>Called after the partitions of this silo have changed.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>The partitions that are to be read here.</summary>
    public IEnumerable<int> Mine => _held.Values.Where(lease => lease is { IsLeaving: false, IsValid: true }).Select(lease => lease.Partition);

    /// <summary>Whether no other silo reads anything.</summary>
    public bool HasAll => _held.Count == Outbox.Partitions;

    /// <summary>The first round, and those that follow. If the database is away they go on until it is back.</summary>
    public async Task Start()
    {
        await TryRound();
        _running = Task.Run(Run);
    }

    /// <summary>Ends; what it had runs out by itself.</summary>
    public async Task Abandon()
    {
        await _stopping.CancelAsync();
        await _running;
        foreach (var lease in _held.Values)
            lease.End();
        _held.Clear();
    }

    /// <summary>Ends, and lets all partitions go.</summary>
    public async Task Stop()
    {
        await Abandon();
        try
        {
            using var limit = new CancellationTokenSource(options.Value.LeaseFor, clock);
            await table.Leave(_reader, limit.Token);
        }
        catch (Exception e)
        {
            // They run out by themselves.
            log.LeavingFailed(e);
        }
    }

    /// <summary>Somebody here begins to read a partition; the lease is one that is over if it is another silo's by now.</summary>
    public Lease Open(int partition)
    {
        _open.AddOrUpdate(partition, 1, static (_, count) => count + 1);
        return _held.GetValueOrDefault(partition) ?? new Lease(partition, 0, long.MinValue, clock);
    }

    /// <summary>Somebody has ended reading it: it can go, or be taken again.</summary>
    public void Close(int partition)
    {
        _open.AddOrUpdate(partition, 0, static (_, count) => count - 1);
        _nudge.Set();
    }

    // Also where a start failed half way: what stops the silo then may come behind this.
    public async ValueTask DisposeAsync() => await Abandon();

    private async Task Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await _nudge.WaitAsync(options.Value.LeaseRenewEvery, _stopping.Token);
            if (!_stopping.IsCancellationRequested)
                await TryRound();
        }
    }

    private async Task TryRound()
    {
        try
        {
            await Round();
            if (_failing)
                log.LeasesBack();
            _failing = false;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception e)
        {
            if (!_failing)
                log.LeasesFailed(e);
            _failing = true;
            DropEnded();
        }
    }

    private async Task Round()
    {
        DropEnded();
        var held = _held.Values.Where(lease => !(lease.IsLeaving && !IsOpen(lease.Partition))).ToList();
        var released = _held.Keys.Except(held.Select(lease => lease.Partition)).ToList();
        var open = _open.Where(o => o.Value > 0).Select(o => o.Key).ToList();

        // Ours ends before the database's does, by more than clocks drift apart in that time.
        var until = clock.GetTimestamp() + (long)(options.Value.LeaseFor.TotalSeconds * 0.8 * clock.TimestampFrequency);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(options.Value.LeaseFor);
        var round = await table.Renew(_reader, options.Value.LeaseFor, held, released, open, limit.Token);

        foreach (var partition in released)
            _held.TryRemove(partition, out _);
        foreach (var lease in held)
        {
            if (round.Renewed.Contains(lease.Partition))
                lease.Renew(until);
            else
                Drop(lease);
        }

        // One that somebody here has begun to read meanwhile, with no lease, is let go again: that reader is to end first.
        foreach (var (partition, epoch) in round.Taken)
            _held[partition] = new Lease(partition, epoch, until, clock) { IsLeaving = IsOpen(partition) };
        _share = round.Share;
        if (LetGoOfExtra() | (round.Taken.Count > 0) | (round.Renewed.Count < held.Count))
            Tell(round);
    }

    /// <summary>More silos read than before: some partitions go to them, when nothing here reads those any more.</summary>
    private bool LetGoOfExtra()
    {
        var extra = _held.Values.Count(lease => !lease.IsLeaving) - _share;
        if (extra <= 0)
            return false;
        foreach (var lease in _held.Values.Where(lease => !lease.IsLeaving).Take(extra))
            lease.IsLeaving = true;
        _nudge.Set();
        return true;
    }

    private void DropEnded()
    {
        var dropped = false;
        foreach (var lease in _held.Values.Where(lease => !lease.IsValid))
        {
            Drop(lease);
            dropped = true;
        }

        if (dropped)
            Changed();
    }

    private void Drop(Lease lease)
    {
        lease.End();
        _held.TryRemove(new KeyValuePair<int, Lease>(lease.Partition, lease));
    }

    private void Tell(LeaseRound round)
    {
        log.LeasesChanged(Mine.Count(), round.Share);
        Changed();
    }

    private bool IsOpen(int partition) => _open.GetValueOrDefault(partition) > 0;
}
