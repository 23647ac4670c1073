using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>
/// Reads for all partitions of this silo in one query, and acknowledges for all in one statement. Woken by commits here and
/// by other silos' word, and by itself from time to time.
/// </summary>
internal sealed class OutboxHub : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<PartitionBuffer, bool> _buffers = new();
    private readonly ConcurrentDictionary<string, bool> _unwanted = new();
    private readonly OutboxTable _table;
    private readonly PartitionLeases _leases;
    private readonly UndeliveredEvents _undelivered;
    private readonly StreamOptions _options;
    private readonly StreamMeters _meters;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxHub> _log;
    private readonly Nudge _read;
    private readonly Nudge _acknowledge;
    private readonly Nudge _tell;
    private readonly string _self = Guid.NewGuid().ToString("n");
    private long _promoteAt;

    public OutboxHub(
        OutboxTable table,
        PartitionLeases leases,
        UndeliveredEvents undelivered,
        CommitSignals signals,
        Listener listener,
        IOptions<StreamOptions> options,
        StreamMeters meters,
        TimeProvider clock,
        ILogger<OutboxHub> log)
    {
        _table = table;
        _leases = leases;
        _undelivered = undelivered;
        _options = options.Value;
        _meters = meters;
        _clock = clock;
        _log = log;
        _read = new Nudge(clock);
        _acknowledge = new Nudge(clock);
        _tell = new Nudge(clock);
        signals.Subscribe(Outbox.Signal, OnCommitted);
        listener.Subscribe(Outbox.Signal, OnTold);
        _ = meters.Meter.CreateObservableGauge(
            "styleshare.streams.waiting", () => _buffers.Keys.Sum(buffer => buffer.Count), "{event}", "Events in memory that are not done.");
        _ = meters.Meter.CreateObservableGauge("styleshare.streams.partitions", () => _leases.Mine.Count(), "{partition}", "Partitions that this silo reads.");
    }

    /// <summary>Begins to read a partition.</summary>
    public PartitionBuffer Open(int partition)
    {
        var limits = new BufferLimits
        {
            Events = _options.MaxEvents,
            EventsOfStream = _options.MaxEventsOfStream,
            Batch = _options.MaxBatch,
        };
        return new PartitionBuffer(_leases.Open(partition), limits, _clock)
        {
            HasDone = _acknowledge.Set,
            HasRoom = _read.Set,
            Unwanted = ns =>
            {
                if (_unwanted.Count < 1_000 && _unwanted.TryAdd(ns, true))
                    _log.NobodySubscribes(ns);
            },
        };
    }

    /// <summary>Its events come from now on.</summary>
    public async Task Add(PartitionBuffer buffer, CancellationToken cancellation)
    {
        await _table.Adopt(buffer.Lease.Partition, cancellation);
        _buffers.TryAdd(buffer, true);
        _read.Set();
    }

    /// <summary>Ends it: what is done is acknowledged if that is possible in time, what is not comes again to the next reader.</summary>
    public async Task Remove(PartitionBuffer buffer, TimeSpan limit)
    {
        buffer.Close();
        _buffers.TryRemove(buffer, out _);
        try
        {
            using var timeout = new CancellationTokenSource(limit, _clock);
            if (buffer.Lease.IsValid)
                await AcknowledgeAsync([buffer], timeout.Token);
        }
        catch (Exception e)
        {
            _log.AcknowledgeFailed(e);
        }

        _leases.Close(buffer.Lease.Partition);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            Run(_read, _options.PollEvery, _options.ReadPause, ReadAsync, StreamLog.ReadFailed, stoppingToken),
            Run(_acknowledge, _options.PollEvery, _options.AcknowledgePause, AcknowledgeAllAsync, StreamLog.AcknowledgeFailed, stoppingToken),
            Run(_tell, Timeout.InfiniteTimeSpan, _options.AcknowledgePause, TellAsync, StreamLog.TellFailed, stoppingToken));

        // It ends after the silo, which has let its partitions go; if it was killed, nobody renews them now.
        await _leases.Abandon();
    }

    private void OnCommitted()
    {
        _read.Set();
        if (!_leases.HasAll)
            _tell.Set();
    }

    private void OnTold(string payload)
    {
        if (payload != _self)
            _read.Set();
    }

    /// <summary>Does something at each nudge and from time to time, whatever becomes of it.</summary>
    private async Task Run(
        Nudge nudge, TimeSpan every, TimeSpan pause, Func<CancellationToken, Task<TimeSpan?>> step,
        Action<ILogger, Exception> logFailed, CancellationToken stopping)
    {
        var failures = 0;
        var wait = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (wait > TimeSpan.Zero || wait == Timeout.InfiniteTimeSpan)
                    await nudge.WaitAsync(wait, stopping);
                wait = every;
                if (await step(stopping) is { } sooner && (sooner < every || every == Timeout.InfiniteTimeSpan))
                    wait = sooner;
                failures = 0;
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, _clock, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (failures++ == 0)
                    logFailed(_log, e);
                var backoff = TimeSpan.FromMilliseconds(Math.Min(50 << Math.Min(failures, 10), LongestPause.TotalMilliseconds));
                await Task.Delay(backoff * (0.5 + Random.Shared.NextDouble()), _clock, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.Zero;
            }
        }
    }

    private async Task<TimeSpan?> ReadAsync(CancellationToken stopping)
    {
        var due = await PromoteAsync(stopping);
        List<PartitionPage> pages = [];
        foreach (var buffer in _buffers.Keys)
        {
            if (!buffer.IsClosed)
                pages.AddRange(buffer.Plan(_options.ReadAnewEvery).Select(page => new PartitionPage(buffer, page)));
        }

        if (pages.Count == 0)
            return due;
        var (snapshot, rows) = await _table.Read(pages, stopping);
        var more = false;
        for (var i = 0; i < pages.Count;)
        {
            var buffer = pages[i].Buffer;
            List<(PageRequest, List<OutboxRow>)> own = [];
            for (; i < pages.Count && pages[i].Buffer == buffer; i++)
            {
                own.Add((pages[i].Request, rows[i]));
                _meters.Read(rows[i].Count);
            }

            more |= buffer.Accept(own, snapshot);
        }

        return more ? TimeSpan.Zero : due;
    }

    /// <summary>Makes delayed events ready that are due; returns how long it is to the next.</summary>
    private async Task<TimeSpan?> PromoteAsync(CancellationToken stopping)
    {
        if (_buffers.IsEmpty)
            return null;
        var now = _clock.GetTimestamp();
        if (now < _promoteAt)
            return _clock.GetElapsedTime(now, _promoteAt);
        var (promoted, next) = await _table.Promote(1_000, stopping);
        if (promoted > 0 && !_leases.HasAll)
            _tell.Set();
        var wait = next < _options.PollEvery ? next.Value + TimeSpan.FromMilliseconds(1) : _options.PollEvery;
        _promoteAt = now + (long)(wait.TotalSeconds * _clock.TimestampFrequency);
        return wait;
    }

    private async Task<TimeSpan?> AcknowledgeAllAsync(CancellationToken stopping)
    {
        var buffers = _buffers.Keys.Where(buffer => !buffer.IsClosed).ToList();
        foreach (var buffer in buffers)
            await _undelivered.Bury(buffer, stopping);
        return await AcknowledgeAsync(buffers, stopping) ? TimeSpan.Zero : null;
    }

    /// <summary>Deletes what is done; true if there may be more.</summary>
    private async Task<bool> AcknowledgeAsync(IReadOnlyList<PartitionBuffer> buffers, CancellationToken stopping)
    {
        const int Most = 10_000;
        List<(Lease, OutboxKey)> done = [];
        List<(PartitionBuffer Buffer, List<OutboxKey> Keys)> own = [];
        foreach (var buffer in buffers)
        {
            var keys = buffer.TakeDone(Most - done.Count);
            if (keys.Count == 0)
                continue;
            own.Add((buffer, keys));
            done.AddRange(keys.Select(key => (buffer.Lease, key)));
        }

        if (done.Count == 0)
            return false;
        try
        {
            await _table.Delete(done, stopping);
        }
        catch
        {
            foreach (var (buffer, keys) in own)
                buffer.NotAcknowledged(keys);
            throw;
        }

        foreach (var (buffer, keys) in own)
            buffer.Acknowledged(keys);
        _meters.Acknowledged(done.Count);
        return done.Count == Most;
    }

    private async Task<TimeSpan?> TellAsync(CancellationToken stopping)
    {
        await _table.Notify(_self, stopping);
        return null;
    }
}
