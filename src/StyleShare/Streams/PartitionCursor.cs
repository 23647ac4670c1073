namespace StyleShare.Streams;

/// <summary>How far a partition was read. Every event is read once, however late its transaction commits.</summary>
/// <remarks>
/// Reading goes on behind the last key. What was not visible then and is before it belongs to transactions that were open: they
/// are kept as gaps, each looked up by itself until it has ended. An open transaction costs one look by index a read, however
/// long it stays so; there are no more of them than the server has connections. Pure; not thread-safe.
/// </remarks>
internal sealed class PartitionCursor
{
    private readonly Dictionary<ulong, long> _gaps = [];

    /// <summary>All up to here was read, but for the gaps.</summary>
    public OutboxKey Last { get; private set; }

    /// <summary>Transactions before <see cref="Last"/> that were open, each with the position that it was read up to.</summary>
    public IReadOnlyDictionary<ulong, long> Gaps => _gaps;

    /// <summary>
    /// False if the database is not the one of last time but an older copy, such as a replica that took over behind the times:
    /// what it does from now on may be before <see cref="Last"/>, so reading has to start anew.
    /// </summary>
    public bool Continues(TransactionSnapshot snapshot) => snapshot.End > Last.Xid;

    /// <summary>Events behind <see cref="Last"/> were read.</summary>
    /// <param name="last">The last one of them, by key.</param>
    /// <param name="snapshot">Of the statement that read them.</param>
    public void Advance(OutboxKey last, TransactionSnapshot snapshot)
    {
        foreach (var open in snapshot.Open)
        {
            if (open < last.Xid)
                _gaps.TryAdd(open, 0);
        }

        Last = last;
    }

    /// <summary>A gap was read.</summary>
    /// <param name="xid">Which.</param>
    /// <param name="last">The position of the last event that was read; null if there was none.</param>
    /// <param name="complete">Whether all that could be seen of it was read.</param>
    /// <param name="snapshot">Of the statement that read it.</param>
    public void ReadGap(ulong xid, long? last, bool complete, TransactionSnapshot snapshot)
    {
        if (last is { } position)
            _gaps[xid] = position;
        if (complete && snapshot.Sees(xid))
            _gaps.Remove(xid);
    }

    /// <summary>Reads from the first event again.</summary>
    public void Restart()
    {
        Last = default;
        _gaps.Clear();
    }
}
