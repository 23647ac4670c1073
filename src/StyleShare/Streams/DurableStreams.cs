namespace StyleShare.Streams;

/// <summary>The provider of durable streams: events committed in the outbox, delivered at least once and in order.</summary>
public static class DurableStreams
{
    /// <summary>The stream provider's name, for <c>GetStreamProvider</c>.</summary>
    public const string Name = "durable";
}
