using System.Collections.Immutable;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace StyleShare.Streams;

/// <summary>Events of one stream that follow one another, as they are delivered together.</summary>
[GenerateSerializer, Immutable, Alias("StyleShare.Streams.OutboxBatch")]
internal sealed record OutboxBatch(
    [property: Id(0)] StreamId StreamId, [property: Id(1)] long Sequence, [property: Id(2)] ImmutableArray<StreamEvent> Events)
    : IBatchContainer
{
    private int _asked;

    /// <summary>It may have come before. Read once for each try that goes to another silo, when it is written for that.</summary>
    [Id(3)]
    internal bool ComesAgain
    {
        get => Interlocked.Increment(ref _asked) > 1;
        set => _asked = value ? 1 : 0;
    }

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Sequence);

    /// <summary>The events. Asked once for each try in this silo: from the second on they are events that may have come before.</summary>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        var again = Interlocked.Increment(ref _asked) > 1;
        for (var i = 0; i < Events.Length; i++)
        {
            if ((again ? Events[i] with { Redelivered = true } : Events[i]) is T item)
                yield return Tuple.Create<T, StreamSequenceToken>(item, new EventSequenceTokenV2(Sequence, i));
        }
    }

    public bool ImportRequestContext() => false;
}
