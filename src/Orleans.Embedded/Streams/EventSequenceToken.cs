using Orleans.Streams;

namespace Orleans.Providers.Streams.Common;

/// <summary>A place given by two numbers, under the name that adapters written for older versions use.</summary>
[GenerateSerializer, Immutable]
public class EventSequenceToken : StreamSequenceToken
{
    /// <summary>The first place of all.</summary>
    public EventSequenceToken()
    {
    }

    /// <summary>The place of a batch.</summary>
    public EventSequenceToken(long sequenceNumber) => SequenceNumber = sequenceNumber;

    /// <summary>The place of an event in a batch.</summary>
    public EventSequenceToken(long sequenceNumber, int eventIndex)
    {
        SequenceNumber = sequenceNumber;
        EventIndex = eventIndex;
    }

    /// <inheritdoc/>
    [Id(0)]
    public sealed override long SequenceNumber { get; protected set; }

    /// <inheritdoc/>
    [Id(1)]
    public sealed override int EventIndex { get; protected set; }

    /// <summary>The place of an event of this batch.</summary>
    public EventSequenceToken CreateSequenceTokenForEvent(int eventInd) => new(SequenceNumber, eventInd);

    /// <inheritdoc/>
    public override bool Equals(StreamSequenceToken? other) =>
        other is EventSequenceToken token && token.SequenceNumber == SequenceNumber && token.EventIndex == EventIndex;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The other is of another kind.</exception>
    public override int CompareTo(StreamSequenceToken? other)
    {
        if (other is null)
            return 1;
        if (other is not EventSequenceToken token)
            throw new ArgumentException($"A {GetType().Name} does not compare with a {other.GetType()}.", nameof(other));
        var byBatch = SequenceNumber.CompareTo(token.SequenceNumber);
        return byBatch != 0 ? byBatch : EventIndex.CompareTo(token.EventIndex);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => (EventIndex * 397) ^ SequenceNumber.GetHashCode();

    /// <summary>Both numbers.</summary>
    public override string ToString() => $"[EventSequenceToken: SeqNum={SequenceNumber}, EventIndex={EventIndex}]";
}
