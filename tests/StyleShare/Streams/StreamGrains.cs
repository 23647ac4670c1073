using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Streams.Core;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Tests.Streams;

/// <summary>What consumers of one test did, and what they are to do. Streams of a test have keys that begin with its name.</summary>
public sealed class Deliveries
{
    private static readonly ConcurrentDictionary<string, Deliveries> All = new();

    /// <summary>The numbers that each stream's consumer was given, in order, with those given again.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<int>> Numbers { get; } = new();

    /// <summary>Called before each event is handled; may throw or wait.</summary>
    public Func<string, StreamEvent, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>How many were handled in all.</summary>
    public int Count => Numbers.Values.Sum(numbers => numbers.Count);

    /// <summary>Those of a test, found by the stream's key, such as <c>test-3</c>.</summary>
    public static Deliveries Of(string key) => All.GetOrAdd(key[..key.IndexOf('-', StringComparison.Ordinal)], _ => new Deliveries());

    public IReadOnlyList<int> Of(string test, int stream) =>
        Numbers.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{test}-{stream}"), out var numbers) ? [.. numbers] : [];

    public static int NumberOf(StreamEvent raised) => int.Parse(raised.Payload, CultureInfo.InvariantCulture);
}

public interface ISimpleConsumerGrain : IGrainWithStringKey;

/// <summary>Takes events one by one, and remembers in memory only.</summary>
[ImplicitStreamSubscription(Namespace)]
public sealed class SimpleConsumerGrain : Grain, ISimpleConsumerGrain, IStreamSubscriptionObserver
{
    public const string Namespace = "test-simple";
    private readonly DurableConsumer _consumer;

    public SimpleConsumerGrain(DurableConsumers consumers) => _consumer = consumers.Of("simple", async (stream, raised) =>
    {
        var key = stream.GetKeyAsString();
        var deliveries = Deliveries.Of(key);
        await deliveries.Before(key, raised);
        deliveries.Numbers.GetOrAdd(key, _ => new()).Enqueue(Deliveries.NumberOf(raised));
    });

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => _consumer.Resume(handleFactory);
}

public interface ICountingConsumerGrain : IGrainWithStringKey;

/// <summary>Takes events together, and adds a row for each in the commit that also remembers it.</summary>
[ImplicitStreamSubscription(Namespace)]
public sealed class CountingConsumerGrain : Grain, ICountingConsumerGrain, IStreamSubscriptionObserver
{
    public const string Namespace = "test-counting";
    public const string Name = "counting";
    public const string Schema = "CREATE TABLE effects (at bigint GENERATED ALWAYS AS IDENTITY, stream text NOT NULL, number integer NOT NULL)";

    private static readonly Statement<(string Stream, int Number)> Insert = new(
        "effects_insert",
        "INSERT INTO effects (stream, number) SELECT stream, number FROM rows",
        Expect.EveryRow,
        Column.Text<(string Stream, int Number)>("stream", row => row.Stream),
        Column.Integer<(string Stream, int Number)>("number", row => row.Number));

    private readonly DurableConsumer _consumer;

    public CountingConsumerGrain(DurableConsumers consumers, ICommitter committer) => _consumer = consumers.OfBatches(Name, async (stream, events) =>
    {
        var key = stream.GetKeyAsString();
        var deliveries = Deliveries.Of(key);
        var change = new Change();
        foreach (var raised in events)
        {
            await deliveries.Before(key, raised);
            change.Add(Insert, (key, Deliveries.NumberOf(raised)));
            change.Handled(Name, raised.Id);
        }

        await committer.Commit(change);
        foreach (var raised in events)
            deliveries.Numbers.GetOrAdd(key, _ => new()).Enqueue(Deliveries.NumberOf(raised));
    });

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => _consumer.Resume(handleFactory);
}
