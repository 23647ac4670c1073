using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Requests;

namespace StyleShare.Storage;

/// <summary>
/// The silo's one writer. It stops after every other hosted service, because grains commit while the silo stops; then it
/// drains, within the host's time limit.
/// </summary>
internal sealed class Committer : ICommitter, IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _aborted = new();
    private readonly CommitQueue _queue;
    private readonly StorageOptions _options;
    private readonly StorageMeters _meters;
    private readonly AnswerProtector _answers;
    private readonly TimeProvider _clock;
    private readonly Task[] _lanes;
    private readonly ITimer _sweeper;
    private bool _disposed;

    public Committer(
        LaneDataSource source,
        AnswerProtector answers,
        IOptions<StorageOptions> options,
        StorageMeters meters,
        CommitSignals signals,
        TimeProvider clock,
        ILogger<Committer> log)
    {
        _options = options.Value;
        _meters = meters;
        _answers = answers;
        _clock = clock;
        _queue = new CommitQueue(_options);
        _ = meters.Meter.CreateObservableGauge(
            "styleshare.storage.queue.depth", () => _queue.Changes, "{change}", "Changes that wait for a lane.");
        _lanes = [.. Enumerable.Range(0, _options.Lanes).Select(number => Task.Run(
            new CommitLane(number, _queue, source, _options, meters, signals, clock, log, _aborted.Token).RunAsync))];
        _sweeper = clock.CreateTimer(_ => RefuseOverdue(), state: null, SweepEvery, SweepEvery);
    }

    public int MaxChangeRows => _options.MaxChangeRows;

    public Task Commit(Change change, CancellationToken cancellation = default)
    {
        if (change.Rows > _options.MaxChangeRows)
            return Task.FromException(StorageErrors.TooLarge(change.Rows, _options.MaxChangeRows));
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled(cancellation);
        _answers.Seal(change);
        var commit = new PendingCommit(change, _clock.GetTimestamp());
        if (!_queue.TryAdd(commit))
        {
            _meters.Failed("busy");
            return Task.FromException(_aborted.IsCancellationRequested ? StorageErrors.Unavailable() : StorageErrors.Busy());
        }

        if (cancellation.CanBeCanceled)
            commit.Cancellation = cancellation.UnsafeRegister(static (c, token) => ((PendingCommit)c!).Withdraw(token), commit);
        return commit.Task;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Commits what waits and ends; what the time limit cuts off is refused, or unknown if it was under way.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        await using var registration = cancellationToken.UnsafeRegister(static a => ((CancellationTokenSource)a!).Cancel(), _aborted);
        await Task.WhenAll(_lanes);
        await _sweeper.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The container asks once for each of its registrations.
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _aborted.CancelAsync();
        await StoppedAsync(CancellationToken.None);
        _aborted.Dispose();
    }

    private void RefuseOverdue()
    {
        var limit = (long)(_options.MaxWait.TotalSeconds * _clock.TimestampFrequency);
        foreach (var commit in _queue.TakeOlderThan(_clock.GetTimestamp() - limit))
        {
            _meters.Failed("overdue");
            commit.TrySetException(StorageErrors.Unavailable());
        }
    }
}
