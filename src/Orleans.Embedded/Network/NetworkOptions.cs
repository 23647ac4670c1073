using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Limits of the connections between silos.</summary>
internal sealed class NetworkOptions
{
    /// <summary>The secret that the silos of a cluster share; without one only this machine is listened to.</summary>
    public string? Secret { get; set; }

    /// <summary>How long connecting may take; 2 seconds: longer than a lost packet's repetition, and a caller still has time to go elsewhere.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the hello may take, either side; 5 seconds: a process that starts on a loaded machine needs one or two.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait after the first failed attempt; doubled at each further one.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such wait; 1 second: what a restarted silo may be missed for.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often calls that someone has given up on are forgotten; 1 second: they hold little memory.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Connections that have not proved that they know the secret; 64: more than a cluster makes at once, and too few to cost anything. The oldest goes.</summary>
    public int MaxStrangers { get; set; } = 64;

    /// <summary>Calls to one silo without an answer; 100,000: more than it answers within a second.</summary>
    public int MaxPendingCalls { get; set; } = 100_000;

    /// <summary>Bytes that wait to be sent to one silo: 32 MB, or two of the largest messages. More calls are refused; a connection whose answers are more ends.</summary>
    public int MaxQueuedBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes of answers that wait to be sent at which no more calls are read from a connection; 1 MB: a hundredth of a second of the network.</summary>
    public int PauseReadingAt { get; set; } = 1024 * 1024;

    internal const int MinSecretLength = 32;

    internal void Validate()
    {
        if (Secret is { Length: < MinSecretLength })
            throw new OrleansConfigurationException($"The cluster's secret must have at least {MinSecretLength} characters, and has {Secret.Length}.");
        if (MaxPendingCalls is < 1 or > CallTable.Capacity || MaxStrangers < 1 || MaxQueuedBytes < 1 || PauseReadingAt < 1)
            throw new OrleansConfigurationException($"{nameof(NetworkOptions)}: all limits must be above 0, and {nameof(MaxPendingCalls)} at most {CallTable.Capacity}.");
    }
}
