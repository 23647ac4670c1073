using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>The place that was asked for is not there any more, or not there yet.</summary>
public class DataNotAvailableException : OrleansException
{
    /// <summary>An exception without a text of its own.</summary>
    public DataNotAvailableException()
        : this("Data not found.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public DataNotAvailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public DataNotAvailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}

/// <summary>The cache has no event of the place that was asked for.</summary>
[GenerateSerializer]
public class QueueCacheMissException : DataNotAvailableException
{
    /// <summary>An exception without a text of its own.</summary>
    public QueueCacheMissException()
        : this("Item is no longer in the cache.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public QueueCacheMissException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public QueueCacheMissException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>An exception that names the place and what there is.</summary>
    public QueueCacheMissException(StreamSequenceToken requested, StreamSequenceToken low, StreamSequenceToken high)
        : this(requested.ToString()!, low.ToString()!, high.ToString()!)
    {
    }

    /// <summary>An exception that names the place and what there is.</summary>
    public QueueCacheMissException(string requested, string low, string high)
        : this($"The cache has {low} to {high}, and not {requested}.")
    {
        Requested = requested;
        Low = low;
        High = high;
    }

    /// <summary>The place that was asked for.</summary>
    [Id(0)]
    public string? Requested { get; }

    /// <summary>The oldest that there is.</summary>
    [Id(1)]
    public string? Low { get; }

    /// <summary>The newest that there is.</summary>
    [Id(2)]
    public string? High { get; }
}

/// <summary>The provider gave an event up: it could not be delivered for as long as it tries.</summary>
public class StreamEventDeliveryFailureException : OrleansException
{
    /// <summary>An exception without a text of its own.</summary>
    public StreamEventDeliveryFailureException()
        : this("Stream provider failed to deliver an event.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public StreamEventDeliveryFailureException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public StreamEventDeliveryFailureException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
