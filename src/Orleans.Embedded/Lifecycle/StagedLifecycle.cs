using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Runs observers stage by stage: those of one stage together, and down again as far as it came up.</summary>
internal class StagedLifecycle : ILifecycleObservable
{
    private readonly List<Subscription> _subscriptions = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, stage, observer);
        lock (_subscriptions)
            _subscriptions.Add(subscription);
        return subscription;
    }

    public async Task Start(CancellationToken token)
    {
        foreach (var stage in Stages().OrderBy(stage => stage.Key))
        {
            token.ThrowIfCancellationRequested();
            await Task.WhenAll(stage.Select(subscription => subscription.Observer.OnStart(token)));
            HighestCompletedStage = stage.Key;
        }
    }

    public async Task Stop(CancellationToken token)
    {
        List<Exception>? failures = null;
        foreach (var stage in Stages().Where(stage => stage.Key <= HighestCompletedStage).OrderByDescending(stage => stage.Key))
        {
            try
            {
                await Task.WhenAll(stage.Select(subscription => subscription.Observer.OnStop(token)));
            }
            catch (Exception exception)
            {
                // The others must stop all the same.
                (failures ??= []).Add(exception);
            }

            LowestStoppedStage = stage.Key;
        }

        if (failures is not null)
            throw new AggregateException(failures);
    }

    private List<IGrouping<int, Subscription>> Stages()
    {
        lock (_subscriptions)
            return _subscriptions.GroupBy(subscription => subscription.Stage).ToList();
    }

    private sealed record Subscription(StagedLifecycle Owner, int Stage, ILifecycleObserver Observer) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner._subscriptions)
                Owner._subscriptions.Remove(this);
        }
    }
}

/// <summary>The lifecycle of a silo.</summary>
internal sealed class SiloLifecycle : StagedLifecycle, ISiloLifecycle;

/// <summary>The lifecycle of an activation, for what its grain was injected with.</summary>
internal sealed class GrainLifecycle : StagedLifecycle
{
    public const int SetupState = 1000;
}
