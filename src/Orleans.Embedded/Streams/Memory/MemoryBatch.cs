using System.Collections.Immutable;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>Events of a stream that were put into a queue in memory together.</summary>
[GenerateSerializer, Immutable, Alias("Orleans.Embedded.MemoryBatch")]
internal sealed record MemoryBatch(
    [property: Id(0)] StreamId StreamId,
    [property: Id(1)] long Sequence,
    [property: Id(2)] ImmutableArray<object> Items,
    [property: Id(3)] ImmutableDictionary<string, object>? Context) : IBatchContainer
{
    private readonly EventSequenceTokenV2 _token = new(Sequence);

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        for (var i = 0; i < Items.Length; i++)
        {
            if (Items[i] is T item)
                yield return Tuple.Create(item, (StreamSequenceToken)_token.CreateSequenceTokenForEvent(i));
        }
    }

    public bool ImportRequestContext()
    {
        if (Context is null)
            return false;
        foreach (var (name, value) in Context)
            RequestContext.Set(name, value);
        return true;
    }
}
