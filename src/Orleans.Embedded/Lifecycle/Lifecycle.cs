namespace Orleans
{
    /// <summary>Has a part in a start and a stop.</summary>
    public interface ILifecycleObserver
    {
        /// <summary>Runs when the stage is reached on the way up.</summary>
        Task OnStart(CancellationToken cancellationToken = default);

        /// <summary>Runs when the stage is left on the way down.</summary>
        Task OnStop(CancellationToken cancellationToken = default);
    }

    /// <summary>A start and stop in stages.</summary>
    public interface ILifecycleObservable
    {
        /// <summary>Takes part at a stage; disposing ends it.</summary>
        IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
    }

    /// <summary>Takes part in a lifecycle; found among the services.</summary>
    public interface ILifecycleParticipant<TLifecycleObservable>
        where TLifecycleObservable : ILifecycleObservable
    {
        /// <summary>Subscribes to its stages.</summary>
        void Participate(TLifecycleObservable lifecycle);
    }

    /// <summary>The stages of a silo.</summary>
    public static class ServiceLifecycleStage
    {
        /// <summary>Before all others.</summary>
        public const int First = int.MinValue;

        /// <summary>The runtime is set up.</summary>
        public const int RuntimeInitialize = 2000;

        /// <summary>The runtime's services start.</summary>
        public const int RuntimeServices = 4000;

        /// <summary>Storages start.</summary>
        public const int RuntimeStorageServices = 6000;

        /// <summary>Grains may be called from here on.</summary>
        public const int RuntimeGrainServices = 8000;

        /// <summary>The application's services start.</summary>
        public const int ApplicationServices = 10000;

        /// <summary>Just before <see cref="Active"/>.</summary>
        public const int BecomeActive = Active - 1;

        /// <summary>The silo is up.</summary>
        public const int Active = 20000;

        /// <summary>After all others.</summary>
        public const int Last = int.MaxValue;
    }

    /// <summary>Short forms of <see cref="ILifecycleObservable.Subscribe"/>.</summary>
    public static class LifecycleExtensions
    {
        /// <summary>Takes part at a stage, going up only.</summary>
        public static IDisposable Subscribe(
            this ILifecycleObservable observable, string observerName, int stage, Func<CancellationToken, Task> onStart) =>
            observable.Subscribe(observerName, stage, onStart, static _ => Task.CompletedTask);

        /// <summary>Takes part at a stage, going up and down.</summary>
        public static IDisposable Subscribe(
            this ILifecycleObservable observable,
            string observerName,
            int stage,
            Func<CancellationToken, Task> onStart,
            Func<CancellationToken, Task> onStop)
        {
            ArgumentNullException.ThrowIfNull(observable);
            return observable.Subscribe(observerName, stage, new Observer(onStart, onStop));
        }

        /// <summary>Takes part at a stage, going up only.</summary>
        public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart) =>
            observable.Subscribe(typeof(TObserver).FullName!, stage, onStart);

        /// <summary>Takes part at a stage, going up and down.</summary>
        public static IDisposable Subscribe<TObserver>(
            this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) =>
            observable.Subscribe(typeof(TObserver).FullName!, stage, onStart, onStop);

        private sealed class Observer(Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) : ILifecycleObserver
        {
            public Task OnStart(CancellationToken cancellationToken = default) => onStart(cancellationToken);

            public Task OnStop(CancellationToken cancellationToken = default) => onStop(cancellationToken);
        }
    }
}

namespace Orleans.Runtime
{
    /// <summary>The start and stop of a silo.</summary>
    public interface ISiloLifecycle : ILifecycleObservable
    {
        /// <summary>How far the start has come.</summary>
        int HighestCompletedStage { get; }

        /// <summary>How far the stop has come.</summary>
        int LowestStoppedStage { get; }
    }

    /// <summary>Runs once the silo is up; a failure ends the start.</summary>
    public interface IStartupTask
    {
        /// <summary>Runs.</summary>
        Task Execute(CancellationToken cancellationToken);
    }

    /// <summary>Which silo this is.</summary>
    public interface ILocalSiloDetails
    {
        /// <summary>Its name.</summary>
        string Name { get; }

        /// <summary>The cluster that it belongs to.</summary>
        string ClusterId { get; }

        /// <summary>The host that it runs on.</summary>
        string DnsHostName { get; }

        /// <summary>Where other silos find it.</summary>
        SiloAddress SiloAddress { get; }

        /// <summary>Where clients find it.</summary>
        SiloAddress GatewayAddress { get; }
    }
}
