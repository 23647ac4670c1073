namespace Orleans.Streams;

/// <summary>A place in a stream: of a batch, and of an event in it. Later ones are greater.</summary>
public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken>, IComparable<StreamSequenceToken>
{
    /// <summary>The place of the batch.</summary>
    public abstract long SequenceNumber { get; protected set; }

    /// <summary>The place of the event in its batch.</summary>
    public abstract int EventIndex { get; protected set; }

    /// <inheritdoc/>
    public abstract bool Equals(StreamSequenceToken? other);

    /// <inheritdoc/>
    public abstract int CompareTo(StreamSequenceToken? other);
}

/// <summary>Comparisons of places.</summary>
public static class StreamSequenceTokenUtilities
{
    /// <summary>True if this place is behind the other.</summary>
    public static bool Newer(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) > 0;

    /// <summary>True if this place is before the other.</summary>
    public static bool Older(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) < 0;
}
