using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>The subscriptions of a provider's streams: those of attributes, and those that grains made.</summary>
internal sealed class StreamPubSub
{
    // Each try that meets another version reads the newer one.
    private const int MaxTries = 5;

    private readonly Silo _silo;
    private readonly string _provider;
    private readonly StreamPubSubType _type;
    private readonly StreamLog _log;
    private readonly (GrainClass Class, IStreamNamespacePredicate Predicate)[] _implicit;
    private readonly ConcurrentDictionary<string, GrainClass[]> _consumers = new(StringComparer.Ordinal);

    public StreamPubSub(Silo silo, string provider, StreamPubSubType type, StreamLog log)
    {
        _silo = silo;
        _provider = provider;
        _type = type;
        _log = log;
        _implicit = type == StreamPubSubType.ExplicitGrainBasedOnly ? [] : [.. silo.Catalog.Classes.SelectMany(AttributesOf)];
    }

    public bool HasExplicit => _type != StreamPubSubType.ImplicitOnly;

    /// <summary>The subscriptions that attributes make; usually none or one.</summary>
    public IReadOnlyList<StreamSubscriber> FindImplicit(StreamId stream)
    {
        var classes = ConsumersOf(stream);
        if (classes.Length == 0)
            return [];
        var subscribers = new List<StreamSubscriber>(classes.Length);
        foreach (var consumer in classes)
        {
            if (StreamSubscriber.TryMapKey(consumer, stream, out var key))
                subscribers.Add(StreamSubscriber.Implicit(consumer, key, _provider, stream));
            else
                _log.KeyUnfit(stream, consumer.Type);
        }

        return subscribers;
    }

    /// <summary>The subscription by which a grain gets a stream's events because of its attribute; null if there is none.</summary>
    public StreamSubscriber? FindImplicit(StreamId stream, GrainId consumer) =>
        FindImplicit(stream).FirstOrDefault(subscriber => subscriber.Consumer == consumer);

    /// <summary>The subscriptions that grains made.</summary>
    public Task<StreamSubscribers> GetExplicit(StreamId stream) => GrainOf(stream).Get();

    public async Task<IReadOnlyList<StreamSubscriber>> GetAll(StreamId stream, GrainId consumer)
    {
        var all = FindImplicit(stream).Where(subscriber => subscriber.Consumer == consumer).ToList();
        if (HasExplicit)
            all.AddRange((await GetExplicit(stream)).All.Where(subscriber => subscriber.Consumer == consumer));
        return all;
    }

    /// <exception cref="NotSupportedException">The provider knows no subscriptions but those of attributes.</exception>
    public Task Add(StreamId stream, StreamSubscriber subscriber)
    {
        if (!HasExplicit)
            throw new NotSupportedException($"The stream provider '{_provider}' has no subscriptions but those of [ImplicitStreamSubscription].");
        return Change(() => GrainOf(stream).Add(_provider, stream, subscriber));
    }

    public Task Remove(StreamId stream, Guid subscriptionId) => Change(() => GrainOf(stream).Remove(_provider, stream, subscriptionId));

    // Another silo's activation may have written meanwhile.
    private static async Task Change(Func<Task> change)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await change();
                return;
            }
            catch (InconsistentStateException) when (tries < MaxTries)
            {
                // The grain reads the newer version before the next call.
            }
        }
    }

    // Parts are escaped, so that no two streams have one key.
    private IPubSubRendezvousGrain GrainOf(StreamId stream) => _silo.GrainFactory.GetGrain<IPubSubRendezvousGrain>(
        $"{Uri.EscapeDataString(_provider)}/{Uri.EscapeDataString(stream.GetNamespace() ?? "")}/{stream.GetKeyAsString()}");

    private GrainClass[] ConsumersOf(StreamId stream) =>
        _implicit.Length == 0 ? [] : _consumers.GetOrAdd(
            stream.GetNamespace() ?? "",
            static (name, self) => [.. self._implicit.Where(pair => pair.Predicate.IsMatch(name)).Select(pair => pair.Class).Distinct()],
            this);

    private static IEnumerable<(GrainClass, IStreamNamespacePredicate)> AttributesOf(GrainClass grainClass)
    {
        foreach (var attribute in grainClass.Type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>(inherit: true))
        {
            if (attribute.StreamIdMapper is { } mapper && mapper != "default")
                throw new OrleansConfigurationException($"[ImplicitStreamSubscription] of {grainClass.Type} names the mapper '{mapper}'; there is the default one only.");
            yield return (grainClass, attribute.Predicate);
        }
    }
}
