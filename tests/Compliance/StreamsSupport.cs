using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Providers;
using Orleans.Storage;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.TestingHost;

[assembly: AssemblyFixture(typeof(Compliance.StreamCluster))]

namespace Compliance;

/// <summary>A silo with stream providers over brokers; what a broker and a store hold outlives the silo.</summary>
public sealed class StreamCluster : ClusterFixture<StreamCluster.Configurator>
{
    /// <summary>Four queues; failures are tried again for long.</summary>
    public const string Patient = "patient";

    /// <summary>One queue for all streams, and a receiver that answers at once.</summary>
    public const string Narrow = "narrow";

    /// <summary>Gives an event up soon.</summary>
    public const string Hasty = "hasty";

    /// <summary>Ends a subscription with the first event that it gives up.</summary>
    public const string Strict = "strict";

    /// <summary>Goes back to what its cache still has.</summary>
    public const string Rewindable = "rewindable";

    /// <summary>Knows no subscriptions but those of attributes, and has room for eight batches.</summary>
    public const string Small = "small";

    /// <summary>The engine's own, without a broker.</summary>
    public const string Memory = "memory";

    public static TestClusterBuilder Builder(string? serviceId = null)
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<Configurator>();
        if (serviceId is not null)
            builder.Options.ServiceId = serviceId;
        return builder;
    }

    public IStreamProvider Provider(string name) => Silo.GetRequiredKeyedService<IStreamProvider>(name);

    public IAsyncStream<Happening> Stream(string provider, string ns, string key) =>
        Provider(provider).GetStream<Happening>(StreamId.Create(ns, key));

    public Broker Broker(string provider) => Compliance.Broker.Of(Silo, provider);

    public sealed class Configurator : ISiloConfigurator
    {
        private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddKeyedSingleton<IGrainStorage>("PubSubStore", static (services, _) => DictionaryStorage.Of(
                services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId));
            siloBuilder.AddMemoryStreams(Memory, static configurator => configurator.ConfigurePartitioning(2));
            Add(siloBuilder, Patient, new BrokerOptions(), Long);
            Add(siloBuilder, Narrow, new BrokerOptions { Queues = 1, Poll = TimeSpan.Zero }, Long);
            Add(siloBuilder, Hasty, new BrokerOptions(), TimeSpan.FromMilliseconds(200));
            Add(siloBuilder, Strict, new BrokerOptions { FaultsSubscriptions = true }, TimeSpan.FromMilliseconds(200));
            Add(siloBuilder, Rewindable, new BrokerOptions { IsRewindable = true }, Long);
            Add(siloBuilder, Small, new BrokerOptions { Queues = 1, CacheSize = 8 }, Long, StreamPubSubType.ImplicitOnly);
        }

        private static void Add(
            ISiloBuilder siloBuilder,
            string name,
            BrokerOptions broker,
            TimeSpan maxDeliveryTime,
            StreamPubSubType pubSub = StreamPubSubType.ExplicitGrainBasedAndImplicit)
        {
            siloBuilder.Services.Configure<BrokerOptions>(name, options =>
            {
                options.Queues = broker.Queues;
                options.IsRewindable = broker.IsRewindable;
                options.FaultsSubscriptions = broker.FaultsSubscriptions;
                options.CacheSize = broker.CacheSize;
                options.Poll = broker.Poll;
            });
            siloBuilder.AddPersistentStreams(name, static (services, name) => new BrokerAdapterFactory(services, name), configurator =>
            {
                configurator.ConfigurePullingAgent(agent => agent.Configure(options =>
                {
                    options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                    options.MaxEventDeliveryTime = maxDeliveryTime;
                }));
                configurator.ConfigureStreamPubSub(pubSub);
                configurator.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new Soon());
                configurator.ConfigureBackoffProvider(static (_, _) => (IQueueReaderBackoffProvider)new Soon());
            });
        }

        private sealed class Soon : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
        {
            public TimeSpan Next(int attempt) => TimeSpan.FromMilliseconds(10);
        }
    }
}

/// <summary>An event, and what its consumer is to do with it; it notes what it takes in the probe.</summary>
/// <param name="Probe">The key of the probe.</param>
/// <param name="Number">Noted and signalled when it is taken.</param>
/// <param name="Failures">How many tries fail before one is taken; below 0 for all.</param>
/// <param name="WaitsFor">A signal of the probe that it waits for first.</param>
/// <param name="FailsUntil">A signal of the probe that ends its failures.</param>
[GenerateSerializer, Immutable]
public sealed record Happening(string Probe, int Number, int Failures = 0, string? WaitsFor = null, string? FailsUntil = null);

/// <summary>What the consuming grains of these tests have in common.</summary>
public abstract class ConsumerGrain : Grain, IAsyncObserver<Happening>
{
    public async Task OnNextAsync(Happening item, StreamSequenceToken? token = null)
    {
        var probe = Probe.Of(item.Probe);
        probe.Signal($"{item.Number} came to {Me}");
        var tries = Probe.Of($"{item.Probe} {item.Number} {Me}").Count();
        if (item.WaitsFor is { } signal)
            await probe.Wait(signal);
        if ((item.Failures < 0 || tries <= item.Failures) && !(item.FailsUntil is { } mended && probe.IsSignalled(mended)))
        {
            probe.Note($"{item.Number} failed");
            throw new InvalidOperationException($"Event {item.Number} fails.");
        }

        Take(probe, item, token);
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex)
    {
        Probe.Of(this.GetGrainId().Key.ToString()).Signal($"{ex.GetType().Name}");
        return Task.CompletedTask;
    }

    protected string Me => this.GetGrainId().ToString();

    protected virtual void Take(Probe probe, Happening item, StreamSequenceToken? token)
    {
        probe.Note($"{item.Number}");
        probe.Signal($"{item.Number}");
        probe.Signal($"{item.Number} taken by {Me}");
    }
}

public interface ITextConsumerGrain : IGrainWithStringKey
{
    Task Work(string probe);
}

/// <summary>Subscribed to all streams of its namespace.</summary>
[ImplicitStreamSubscription("texts")]
public sealed class TextConsumerGrain : ConsumerGrain, ITextConsumerGrain, IStreamSubscriptionObserver
{
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        Probe.Of(handleFactory.StreamId.GetKeyAsString()).Note($"subscribed {handleFactory.ProviderName} {handleFactory.StreamId}");
        await handleFactory.Create<Happening>().ResumeAsync(this);
    }

    public async Task Work(string probe)
    {
        Probe.Of(probe).Signal("working");
        await Probe.Of(probe).Wait("work is done");
        Probe.Of(probe).Note("work");
    }
}

public interface IGuidConsumerGrain : IGrainWithGuidKey;

[ImplicitStreamSubscription("guids")]
public sealed class GuidConsumerGrain : ConsumerGrain, IGuidConsumerGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happening>().ResumeAsync(this);

    protected override void Take(Probe probe, Happening item, StreamSequenceToken? token)
    {
        probe.Note($"{this.GetPrimaryKey()}");
        base.Take(probe, item, token);
    }
}

public interface INumberConsumerGrain : IGrainWithIntegerKey;

[ImplicitStreamSubscription("numbers")]
public sealed class NumberConsumerGrain : ConsumerGrain, INumberConsumerGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happening>().ResumeAsync(this);

    protected override void Take(Probe probe, Happening item, StreamSequenceToken? token)
    {
        probe.Note($"{this.GetPrimaryKeyLong()}");
        base.Take(probe, item, token);
    }
}

public interface IBatchConsumerGrain : IGrainWithStringKey;

/// <summary>Takes whole batches.</summary>
[ImplicitStreamSubscription("batches")]
public sealed class BatchConsumerGrain : Grain, IBatchConsumerGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Happening>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Happening>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<Happening>> items)
    {
        var probe = Probe.Of(items[0].Item.Probe);
        probe.Note(string.Join(' ', items.Select(item => item.Item.Number)));
        probe.Signal($"{items[^1].Item.Number}");
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

public interface ISubscriberGrain : IGrainWithStringKey
{
    Task<Guid> Subscribe(string provider, string key);

    Task SubscribeFrom(string provider, string key, long sequence);

    Task<int> Unsubscribe(string provider, string key);

    Task<int> Count(string provider, string key);

    Task Publish(string provider, string key, Happening item);

    Task Stop();
}

/// <summary>Subscribes when it is told to, and resumes what it has when it comes up again.</summary>
public sealed class SubscriberGrain : ConsumerGrain, ISubscriberGrain
{
    public const string Namespace = "chosen";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // A subscriber's key begins with the stream's: provider and key.
        if (this.GetPrimaryKeyString().Split('|') is [var provider, var key, _])
        {
            foreach (var handle in await Stream(provider, key).GetAllSubscriptionHandles())
                await handle.ResumeAsync(this);
        }
    }

    public async Task<Guid> Subscribe(string provider, string key) => (await Stream(provider, key).SubscribeAsync(this)).HandleId;

    public async Task SubscribeFrom(string provider, string key, long sequence) =>
        await Stream(provider, key).SubscribeAsync(this, new Orleans.Providers.Streams.Common.EventSequenceTokenV2(sequence));

    public async Task<int> Unsubscribe(string provider, string key)
    {
        var handles = await Stream(provider, key).GetAllSubscriptionHandles();
        foreach (var handle in handles)
            await handle.UnsubscribeAsync();
        return handles.Count;
    }

    public async Task<int> Count(string provider, string key) => (await Stream(provider, key).GetAllSubscriptionHandles()).Count;

    public Task Publish(string provider, string key, Happening item) => Stream(provider, key).OnNextAsync(item);

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    protected override void Take(Probe probe, Happening item, StreamSequenceToken? token)
    {
        if (RequestContext.Get("from") is string from)
            probe.Note($"from {from}");
        base.Take(probe, item, token);
    }

    private IAsyncStream<Happening> Stream(string provider, string key) =>
        this.GetStreamProvider(provider).GetStream<Happening>(StreamId.Create(Namespace, key));
}
