using Orleans.Streams;

namespace Orleans.Configuration;

/// <summary>How the agents of a provider read and deliver.</summary>
public class StreamPullingAgentOptions
{
    /// <summary>The default of <see cref="GetQueueMsgsTimerPeriod"/>.</summary>
    public static readonly TimeSpan DEFAULT_GET_QUEUE_MESSAGES_TIMER_PERIOD = TimeSpan.FromMilliseconds(100);

    /// <summary>The default of <see cref="InitQueueTimeout"/>.</summary>
    public static readonly TimeSpan DEFAULT_INIT_QUEUE_TIMEOUT = TimeSpan.FromSeconds(10);

    /// <summary>The default of <see cref="MaxEventDeliveryTime"/>.</summary>
    public static readonly TimeSpan DEFAULT_MAX_EVENT_DELIVERY_TIME = TimeSpan.FromMinutes(1);

    /// <summary>The default of <see cref="StreamInactivityPeriod"/>.</summary>
    public static readonly TimeSpan DEFAULT_STREAM_INACTIVITY_PERIOD = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long to wait before a queue is read again in which there was nothing. 100 ms, as in Orleans; a receiver that waited
    /// for that long itself is read again at once.
    /// </summary>
    public TimeSpan GetQueueMsgsTimerPeriod { get; set; } = DEFAULT_GET_QUEUE_MESSAGES_TIMER_PERIOD;

    /// <summary>How long a receiver may take to begin and to end; 10 seconds, as in Orleans.</summary>
    public TimeSpan InitQueueTimeout { get; set; } = DEFAULT_INIT_QUEUE_TIMEOUT;

    /// <summary>For how long an event is tried to be delivered; a minute, as in Orleans.</summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = DEFAULT_MAX_EVENT_DELIVERY_TIME;

    /// <summary>After how long a stream without events is forgotten by its agent; half an hour, as in Orleans.</summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = DEFAULT_STREAM_INACTIVITY_PERIOD;

    internal void Validate()
    {
        GrainCollectionOptions.Positive(GetQueueMsgsTimerPeriod, nameof(GetQueueMsgsTimerPeriod));
        GrainCollectionOptions.Positive(InitQueueTimeout, nameof(InitQueueTimeout));
        GrainCollectionOptions.Positive(MaxEventDeliveryTime, nameof(MaxEventDeliveryTime));
        GrainCollectionOptions.Positive(StreamInactivityPeriod, nameof(StreamInactivityPeriod));
    }
}

/// <summary>Which subscriptions a provider knows.</summary>
public class StreamPubSubOptions
{
    /// <summary>The default of <see cref="PubSubType"/>.</summary>
    public const StreamPubSubType DEFAULT_STREAM_PUBSUB_TYPE = StreamPubSubType.ExplicitGrainBasedAndImplicit;

    /// <summary>Which; all, as in Orleans.</summary>
    public StreamPubSubType PubSubType { get; set; } = DEFAULT_STREAM_PUBSUB_TYPE;
}

/// <summary>When a provider's parts start.</summary>
public class StreamLifecycleOptions
{
    /// <summary>The default of <see cref="InitStage"/>.</summary>
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;

    /// <summary>The default of <see cref="StartStage"/>.</summary>
    public const int DEFAULT_START_STAGE = ServiceLifecycleStage.Active;

    /// <summary>The stage at which the adapter is made.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    /// <summary>The stage at which agents begin to read; at stop they end at it.</summary>
    public int StartStage { get; set; } = DEFAULT_START_STAGE;
}

/// <summary>The size of a <see cref="Providers.Streams.Common.SimpleQueueCache"/>.</summary>
public class SimpleQueueCacheOptions
{
    /// <summary>The default of <see cref="CacheSize"/>.</summary>
    public const int DEFAULT_CACHE_SIZE = 4096;

    /// <summary>How many batches it holds; 4,096, as in Orleans.</summary>
    public int CacheSize { get; set; } = DEFAULT_CACHE_SIZE;
}

/// <summary>The queues of a <see cref="HashRingBasedStreamQueueMapper"/>.</summary>
public class HashRingStreamQueueMapperOptions
{
    /// <summary>The default of <see cref="TotalQueueCount"/>.</summary>
    public const int DEFAULT_NUM_QUEUES = 8;

    /// <summary>How many queues there are; eight, as in Orleans.</summary>
    public int TotalQueueCount { get; set; } = DEFAULT_NUM_QUEUES;
}
