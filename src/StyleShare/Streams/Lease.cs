namespace StyleShare.Streams;

/// <summary>That this silo reads a partition, until a moment that renewing moves on.</summary>
/// <remarks>
/// The moment is one of this machine's monotonic clock and before the one in the database, so that a silo which could not renew
/// in time, or was frozen, stops by itself before another one starts.
/// </remarks>
internal sealed class Lease(int partition, long epoch, long until, TimeProvider clock)
{
    private long _until = until;

    public int Partition { get; } = partition;

    /// <summary>Higher than all former owners' of the partition.</summary>
    public long Epoch { get; } = epoch;

    public bool IsValid => clock.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>To be let go as soon as nothing here reads it any more.</summary>
    public bool IsLeaving { get; set; }

    public void Renew(long until) => Volatile.Write(ref _until, until);

    public void End() => Volatile.Write(ref _until, long.MinValue);
}
