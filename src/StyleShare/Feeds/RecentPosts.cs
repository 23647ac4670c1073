using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Feeds;

/// <summary>A silo's copy of what was published lately; every silo tails the same log, so publishing tells nobody.</summary>
public sealed class RecentPosts : BackgroundService, IRecentPosts
{
    private readonly PostLogReader _log;
    private readonly PostRing _ring;
    private readonly FeedOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<RecentPosts> _logger;
    private readonly SemaphoreSlim _nudged = new(0, 1);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<FeedEntry> _news = [];
    private long _read;
    private long _pruned;
    private int _failures;

    /// <summary>Creates the copy, empty; it follows the log when the host starts.</summary>
    public RecentPosts(
        NpgsqlDataSource database, IOptions<FeedOptions> options, TimeProvider clock, ILogger<RecentPosts> logger)
    {
        _options = options.Value;
        _log = new(database);
        _ring = new(_options.Recent);
        _clock = clock;
        _logger = logger;
        _read = _pruned = clock.GetTimestamp();
    }

    /// <summary>The posts.</summary>
    public PostRing Ring => _ring;

    /// <summary>Ends when the log was read for the first time; feeds built before are built again.</summary>
    public Task Started => _started.Task;

    /// <summary>How long ago the log was read; more than a second means that feeds do not show what is new.</summary>
    public TimeSpan Age => _clock.GetElapsedTime(Volatile.Read(ref _read));

    /// <inheritdoc/>
    public void Nudge()
    {
        if (_nudged.CurrentCount > 0)
            return;
        try
        {
            _nudged.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another one was quicker; the poll that it asked for sees both.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _nudged.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var pause = await TryPoll(stoppingToken);
                await TryPrune(stoppingToken);

                await Task.Delay(_options.PollPause, _clock, stoppingToken);
                await _nudged.WaitAsync(pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<TimeSpan> TryPoll(CancellationToken stopping)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            limit.CancelAfter(_options.PollTimeout);
            await Poll(limit.Token);
            if (_failures > 0)
                FeedLog.PollWorksAgain(_logger, _failures);
            _failures = 0;
            return _options.PollInterval;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            var pause = _options.PollInterval * Math.Pow(2, Math.Min(_failures++, 20));
            pause = pause < _options.LongestBackoff ? pause : _options.LongestBackoff;
            FeedLog.PollFailed(_logger, e, pause);
            return pause;
        }
    }

    private async Task Poll(CancellationToken cancellation)
    {
        // What was pruned meanwhile would be missing; half the time, for clocks and pruners are not exact.
        if (Age > _options.Retention / 2)
            _log.Forget();
        _news.Clear();
        var now = _clock.GetTimestamp();
        var continues = await _log.Read(_news, _options.PollTimeout, cancellation);
        if (!continues)
        {
            if (_started.Task.IsCompleted)
                FeedLog.StartedAnew(_logger);
            _ring.Reset();
        }

        _ring.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_news));
        Volatile.Write(ref _read, now);
        _started.TrySetResult();
    }

    private async Task TryPrune(CancellationToken stopping)
    {
        if (_failures > 0 || _clock.GetElapsedTime(_pruned) < _options.PruneInterval)
            return;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            limit.CancelAfter(_options.PollTimeout);
            if (await _log.Prune(_options.Retention, _options.PruneBatch, limit.Token) == _options.PruneBatch)
                return; // There is more: again after the next poll.
            _pruned = _clock.GetTimestamp();
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            _pruned = _clock.GetTimestamp();
            FeedLog.PruneFailed(_logger, e);
        }
    }
}
