namespace StyleShare.Silos;

/// <summary>What a silo measures of itself; stored as JSON, and read by silos of other versions.</summary>
public sealed record SiloMetrics
{
    /// <summary>The part of its cores that the process used in the last 10 s: 0 to 1.</summary>
    public double Cpu { get; init; }

    /// <summary>The cores that it may use, by the machine and by its container's limit; may be a fraction.</summary>
    public double Cores { get; init; }

    /// <summary>How long work waits for a thread, in milliseconds: the 90th percentile of the last 10 s.</summary>
    public double ThreadPoolDelayMs { get; init; }

    /// <summary>Grains in memory.</summary>
    public long Activations { get; init; }

    /// <summary>Memory of the process, in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The part of the memory that it may use, by the machine and by its container's limit: 0 to 1.</summary>
    public double MemoryShare { get; init; }
}
