using Orleans.Streams;

namespace Orleans.Providers.Streams.Common;

/// <summary>A place given by two numbers.</summary>
[GenerateSerializer, Immutable]
public class EventSequenceTokenV2 : StreamSequenceToken
{
    /// <summary>The first place of all.</summary>
    public EventSequenceTokenV2()
    {
    }

    /// <summary>The place of a batch.</summary>
    public EventSequenceTokenV2(long seqNumber) => SequenceNumber = seqNumber;

    /// <summary>The place of an event in a batch.</summary>
    public EventSequenceTokenV2(long seqNumber, int eventInd)
    {
        SequenceNumber = seqNumber;
        EventIndex = eventInd;
    }

    /// <inheritdoc/>
    [Id(0)]
    public sealed override long SequenceNumber { get; protected set; }

    /// <inheritdoc/>
    [Id(1)]
    public sealed override int EventIndex { get; protected set; }

    /// <summary>The place of an event of this batch.</summary>
    public EventSequenceTokenV2 CreateSequenceTokenForEvent(int eventInd) => new(SequenceNumber, eventInd);

    /// <inheritdoc/>
    public override bool Equals(StreamSequenceToken? other) =>
        other is EventSequenceTokenV2 token && token.SequenceNumber == SequenceNumber && token.EventIndex == EventIndex;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The other is of another kind.</exception>
    public override int CompareTo(StreamSequenceToken? other)
    {
        if (other is null)
            return 1;
        if (other is not EventSequenceTokenV2 token)
            throw new ArgumentException($"A {GetType().Name} does not compare with a {other.GetType()}.", nameof(other));
        var byBatch = SequenceNumber.CompareTo(token.SequenceNumber);
        return byBatch != 0 ? byBatch : EventIndex.CompareTo(token.EventIndex);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => (EventIndex * 397) ^ SequenceNumber.GetHashCode();

    /// <summary>Both numbers.</summary>
    public override string ToString() => $"[EventSequenceTokenV2: SeqNum={SequenceNumber}, EventIndex={EventIndex}]";
}
