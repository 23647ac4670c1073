using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>
/// Reads one queue: acknowledges what has been delivered, reads on, and hands what it read to the subscriptions of each
/// stream, which deliver at their own pace. Receiver, cache and cursors are used by one at a time: the receiver by the loop,
/// the others under the gate.
/// </summary>
internal sealed partial class StreamPullingAgent : IDisposable
{
    // What is under way at a stop gets so long to end: more would hold up the stop, and it comes again where it is read next.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly IQueueAdapterReceiver _receiver;
    private readonly IQueueCache _cache;
    private readonly CancellationTokenSource _stop = new();
    private IList<IBatchContainer> _unacknowledged = [];
    private Task _loop = Task.CompletedTask;
    private bool _isInitialized;

    public StreamPullingAgent(PersistentStreams provider, QueueId queue, IQueueAdapterReceiver receiver, IQueueCache cache)
    {
        Provider = provider;
        Queue = queue;
        _receiver = receiver;
        _cache = cache;
        Stopping = _stop.Token;
    }

    public PersistentStreams Provider { get; }

    public QueueId Queue { get; }

    public CancellationToken Stopping { get; }

    public IStreamFailureHandler Failures { get; private set; } = new NoOpStreamDeliveryFailureHandler();

    private TimeProvider Time => Provider.Silo.TimeProvider;

    public void Start()
    {
        // Nothing of who happens to start it goes along.
        using (ExecutionContext.SuppressFlow())
            _loop = Task.Run(RunAsync);
    }

    /// <summary>Has it begin nothing more.</summary>
    public void BeginStop() => _stop.Cancel();

    /// <summary>
    /// Ends reading and delivering. What was delivered is acknowledged as far as there is time, and nothing else is; no time at
    /// all stands for a kill.
    /// </summary>
    public async Task StopAsync(CancellationToken limit)
    {
        BeginStop();
        if (!limit.IsCancellationRequested)
        {
            await Try(() => Finish(limit));
            await Try(() => _receiver.Shutdown(Provider.Options.InitQueueTimeout).WaitAsync(Provider.Options.InitQueueTimeout, Time, limit));
        }

        RemoveStreams();
        Provider.Log.AgentStopped(Queue);
    }

    // May come twice: when the agent has stopped, and with its provider. The source holds nothing that would have to be freed.
    public void Dispose() => _stop.Cancel();

    public Task Delay(TimeSpan time) => Task.Delay(time, Time, Stopping);

    private async Task Finish(CancellationToken limit)
    {
        var time = Provider.Options.InitQueueTimeout;
        await _loop.WaitAsync(time, Time, limit);
        await AwaitDeliveries(limit);
        if (_isInitialized)
            await Acknowledge(limit).WaitAsync(time, Time, limit);
    }

    private async Task Try(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            Provider.Log.ShutdownFailed(Queue, exception);
        }
    }

    private async Task RunAsync()
    {
        await Retry(Initialize);
        if (!Stopping.IsCancellationRequested)
            Provider.Log.AgentStarted(Queue);
        while (!Stopping.IsCancellationRequested)
            await Retry(Step);
    }

    private async Task Initialize()
    {
        Failures = await Provider.Factory.GetDeliveryFailureHandler(Queue);
        var limit = Provider.Options.InitQueueTimeout;
        await _receiver.Initialize(limit).WaitAsync(limit, Time, Stopping);
        _isInitialized = true;
    }

    private async Task Step()
    {
        await Acknowledge(Stopping);
        ForgetIdleStreams();
        var room = Room();
        if (room == 0)
        {
            await AwaitProgress();
            return;
        }

        var began = Time.GetTimestamp();
        var batches = await _receiver.GetQueueMessagesAsync(room, Stopping);
        if (batches is { Count: > 0 })
        {
            Add(batches);
            return;
        }

        // One that waited for events itself is asked again at once.
        var rest = Provider.Options.GetQueueMsgsTimerPeriod - Time.GetElapsedTime(began);
        if (rest > TimeSpan.Zero)
            await Delay(rest);
    }

    // Until it has succeeded or the agent stops. Of a row of failures the first is logged.
    private async Task Retry(Func<Task> action)
    {
        for (var failures = 0; !Stopping.IsCancellationRequested; failures++)
        {
            try
            {
                await action();
                if (failures > 0)
                    Provider.Log.ReadRecovered(Queue, failures);
                return;
            }
            catch (Exception) when (Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (failures == 0)
                    Provider.Log.ReadFailed(Queue, exception);
            }

            await Delay(Provider.ReadBackoff.Next(failures + 1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What could not be acknowledged stays to be, and nothing is read before it is.
    private async Task Acknowledge(CancellationToken cancellation)
    {
        if (_unacknowledged.Count == 0)
            _unacknowledged = Purge();
        if (_unacknowledged.Count == 0)
            return;
        await _receiver.MessagesDeliveredAsync(_unacknowledged, cancellation);
        _unacknowledged = [];
    }
}
