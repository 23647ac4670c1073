using System.Net;
using Orleans.Runtime;

namespace Orleans.Configuration;

/// <summary>Which cluster a silo belongs to.</summary>
public class ClusterOptions
{
    /// <summary>The <see cref="ClusterId"/> unless set.</summary>
    public const string DefaultClusterId = "default";

    /// <summary>The <see cref="ServiceId"/> unless set.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>The silos that work together.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The data that they work on; outlives clusters.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>What a silo is called.</summary>
public class SiloOptions
{
    /// <summary>Its name; made from its address' generation unless set.</summary>
    public string? SiloName { get; set; }
}

/// <summary>Where a silo is found.</summary>
public class EndpointOptions
{
    /// <summary>The <see cref="SiloPort"/> unless set.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The <see cref="GatewayPort"/> unless set.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others are told; loopback unless set.</summary>
    public IPAddress? AdvertisedIPAddress { get; set; }

    /// <summary>For silos.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>For clients.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}

/// <summary>When activations end by themselves.</summary>
public class GrainCollectionOptions
{
    /// <summary>The <see cref="ActivationTimeout"/> unless set: what a slow database may take on a bad day.</summary>
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>The <see cref="DeactivationTimeout"/> unless set: as long as an activation may take.</summary>
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>The <see cref="CollectionQuantum"/> unless set: small beside the age, so that the age is kept to within a tenth.</summary>
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation stays without a call; 15 minutes: people come back within a visit.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Ages of classes by their full names.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How often the idle ones are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long a grain may take to come up.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long a grain may take to end, and how long it waits for the requests in it before.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;

    /// <summary>Whether the idlest activations end when memory runs short. Off, as in Orleans: the machine may be shared.</summary>
    public bool EnableActivationSheddingOnMemoryPressure { get; set; }

    /// <summary>How often memory is looked at; 5 seconds: memory fills slower than that.</summary>
    public TimeSpan MemoryUsagePollingPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The usage in percent at which shedding begins; 80: the collector needs room to work in.</summary>
    public double MemoryUsageLimitPercentage { get; set; } = 80;

    /// <summary>The usage in percent that shedding aims at; 75: far enough below not to begin again at once.</summary>
    public double MemoryUsageTargetPercentage { get; set; } = 75;

    internal void Validate()
    {
        Positive(CollectionQuantum, nameof(CollectionQuantum));
        Positive(ActivationTimeout, nameof(ActivationTimeout));
        Positive(DeactivationTimeout, nameof(DeactivationTimeout));
        Positive(MemoryUsagePollingPeriod, nameof(MemoryUsagePollingPeriod));
        LongerThanQuantum(CollectionAge, nameof(CollectionAge));
        foreach (var (name, age) in ClassSpecificCollectionAge)
            LongerThanQuantum(age, $"{nameof(ClassSpecificCollectionAge)} of {name}");
        if (!(MemoryUsageTargetPercentage > 0 && MemoryUsageTargetPercentage < MemoryUsageLimitPercentage && MemoryUsageLimitPercentage <= 100))
        {
            throw new OrleansConfigurationException(
                $"{nameof(GrainCollectionOptions)}: {nameof(MemoryUsageTargetPercentage)} must be above 0 and below "
                + $"{nameof(MemoryUsageLimitPercentage)}, and that at most 100.");
        }
    }

    internal static void Positive(TimeSpan time, string option)
    {
        if (time <= TimeSpan.Zero)
            throw new OrleansConfigurationException($"{option} must be longer than nothing, and is {time}.");
    }

    private void LongerThanQuantum(TimeSpan age, string option)
    {
        if (age <= CollectionQuantum)
            throw new OrleansConfigurationException($"{option} must be longer than {nameof(CollectionQuantum)} ({CollectionQuantum}), and is {age}.");
    }

    // In milliseconds; int.MaxValue for never.
    internal int AgeOf(Type type)
    {
        var attribute = (CollectionAgeLimitAttribute?)Attribute.GetCustomAttribute(type, typeof(CollectionAgeLimitAttribute));
        var age = ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var specific) ? specific : attribute?.AgeLimit ?? CollectionAge;
        return age.TotalMilliseconds >= int.MaxValue || age < TimeSpan.Zero ? int.MaxValue : (int)age.TotalMilliseconds;
    }
}

/// <summary>What silos and clients have in common in sending requests.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits; 30 seconds, as in Orleans. [ResponseTimeout] says otherwise for a method.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The largest message between silos in bytes; 16 MB (Orleans has 100): a message is in memory as a whole on both sides, and
    /// what is larger belongs into a storage.
    /// </summary>
    public int MaxMessageBodySize { get; set; } = 16 * 1024 * 1024;

    internal void Validate()
    {
        GrainCollectionOptions.Positive(ResponseTimeout, nameof(ResponseTimeout));
        if (MaxMessageBodySize is < 1024 or > 1024 * 1024 * 1024)
            throw new OrleansConfigurationException($"{nameof(MaxMessageBodySize)} must be between 1 KB and 1 GB, and is {MaxMessageBodySize}.");
    }
}

/// <summary>How a silo takes and sends requests.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>Requests that may wait in one activation; more are refused. 0 stands for 100,000: some 30 MB, and more than any answers in time.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary>The same of one stateless worker.</summary>
    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; }

    internal int QueueLimit(bool isStatelessWorker)
    {
        var limit = isStatelessWorker ? MaxEnqueuedRequestsHardLimit_StatelessWorker : MaxEnqueuedRequestsHardLimit;
        return limit > 0 ? limit : 100_000;
    }
}

/// <summary>How a client sends requests.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>Options of a storage in memory: there are none to set here.</summary>
public class MemoryGrainStorageOptions;
