using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StyleShare.Imaging.Workers;

/// <summary>The pool: workers are started when there is work for them, replaced when they fail or are old, ended at the stop.</summary>
internal sealed class ImageWorkers(IOptions<ImagingOptions> options, TimeProvider time, ILogger<ImageWorkers> log)
    : IImageWorkers, IHostedService, IDisposable
{
    private readonly ImagingOptions _options = options.Value;
    private readonly SemaphoreSlim _free = new(options.Value.Workers);
    private readonly ConcurrentStack<WorkerProcess> _idle = new();
    private readonly ConcurrentDictionary<int, WorkerProcess> _processes = new();
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private int _callers;
    private int _toldNotLimited;

    /// <inheritdoc/>
    public int Count => _options.Workers;

    /// <summary>The ids of the worker processes.</summary>
    internal IReadOnlyList<int> Processes => [.. _processes.Keys];

    /// <inheritdoc/>
    public async Task<RenderResult> Render(ReadOnlyMemory<byte> original, IProgress<int>? percent = null, CancellationToken cancellation = default)
    {
        if (original.Length > _options.MaxBytes)
            return new RenderResult.Rejected(RejectReason.TooLarge);
        if (PictureFormats.Sniff(original.Span) is (null, var reason))
            return new RenderResult.Rejected(reason);
        if (Interlocked.Increment(ref _callers) > _options.MaxWaiting + _options.Workers)
        {
            Interlocked.Decrement(ref _callers);
            throw new ImageWorkerFailed("Too many pictures wait for an image worker.", isUnavailable: true);
        }

        try
        {
            return await RenderInTurn(original, percent, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => EndUnused(), null, _options.UnusedFor, _options.UnusedFor);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        EndIdle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Cancel();
        EndIdle();
    }

    private async Task<RenderResult> RenderInTurn(ReadOnlyMemory<byte> original, IProgress<int>? percent, CancellationToken cancellation)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
            await _free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Stopping();
        }

        try
        {
            return await RenderNow(original, percent, cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<RenderResult> RenderNow(ReadOnlyMemory<byte> original, IProgress<int>? percent, CancellationToken cancellation)
    {
        var worker = await Worker(cancellation);
        using var limit = new CancellationTokenSource(_options.TimeLimit, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token, limit.Token);
        try
        {
            var result = await worker.Render(original, RenderSettings.Of(_options), percent, any.Token);
            GiveBack(worker);
            return result;
        }
        catch (Exception e)
        {
            End(worker);
            cancellation.ThrowIfCancellationRequested();
            if (_stop.IsCancellationRequested)
                throw Stopping();
            ImagingLog.Failed(log, worker.Id, e);
            if (limit.IsCancellationRequested)
                throw new ImageWorkerFailed("The picture takes more time than an image worker may have.", isLimit: true, inner: e);
            throw;
        }
    }

    private async Task<WorkerProcess> Worker(CancellationToken cancellation)
    {
        while (_idle.TryPop(out var idle))
        {
            if (!idle.HasEnded)
                return idle;
            End(idle);
        }

        using var limit = new CancellationTokenSource(_options.StartLimit, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token, limit.Token);
        try
        {
            var worker = await WorkerProcess.Start(WorkerCommand.Of(_options), _options.MemoryLimitBytes, any.Token);
            _processes[worker.Id] = worker;
            ImagingLog.Started(log, worker.Id, worker.Version);
            if (!worker.IsLimited && Interlocked.Exchange(ref _toldNotLimited, 1) == 0)
                ImagingLog.NotLimited(log);
            return worker;
        }
        catch (ImageWorkerFailed e)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_stop.IsCancellationRequested)
                throw Stopping();
            ImagingLog.Unavailable(log, e);
            throw;
        }
    }

    private void GiveBack(WorkerProcess worker)
    {
        if (worker.Pictures >= _options.PicturesPerWorker)
        {
            End(worker);
            return;
        }

        worker.FreeSince = time.GetTimestamp();
        _idle.Push(worker);
        // The stop may have looked for idle ones just before.
        if (_stop.IsCancellationRequested)
            EndIdle();
    }

    private void EndIdle()
    {
        while (_idle.TryPop(out var worker))
            End(worker);
    }

    // Who looks for a worker meanwhile starts another one, which does no harm.
    private void EndUnused()
    {
        Stack<WorkerProcess> used = new();
        while (_idle.TryPop(out var worker))
        {
            if (time.GetElapsedTime(worker.FreeSince) >= _options.UnusedFor)
                End(worker);
            else
                used.Push(worker);
        }

        foreach (var worker in used)
            _idle.Push(worker);
        if (_stop.IsCancellationRequested)
            EndIdle();
    }

    private void End(WorkerProcess worker)
    {
        _processes.TryRemove(worker.Id, out _);
        worker.Dispose();
    }

    private static ImageWorkerFailed Stopping() => new("Image workers are stopping.", isUnavailable: true);
}
