using System.Globalization;

namespace StyleShare.Streams;

/// <summary>The place of an event in its partition: its transaction, and its position among the events of that.</summary>
internal readonly record struct OutboxKey(ulong Xid, long Position) : IComparable<OutboxKey>
{
    /// <summary>The place right before this one.</summary>
    public OutboxKey Before() => new(Xid, Position - 1);

    public int CompareTo(OutboxKey other)
    {
        var byTransaction = Xid.CompareTo(other.Xid);
        return byTransaction != 0 ? byTransaction : Position.CompareTo(other.Position);
    }

    public static bool operator <(OutboxKey left, OutboxKey right) => left.CompareTo(right) < 0;

    public static bool operator >(OutboxKey left, OutboxKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(OutboxKey left, OutboxKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(OutboxKey left, OutboxKey right) => left.CompareTo(right) >= 0;
}

/// <summary>An event as it was read.</summary>
internal sealed record OutboxRow(OutboxKey Key, StreamId Stream, Guid Id, string Payload, DateTimeOffset RaisedAt);

/// <summary>
/// What a statement could see (PostgreSQL, 9.27.8: transaction ID and snapshot information functions): all transactions below
/// <see cref="End"/> but those that were open.
/// </summary>
internal sealed class TransactionSnapshot
{
    private readonly ulong[] _open;

    /// <param name="end">One more than the highest transaction that had ended.</param>
    /// <param name="open">Those below that were open.</param>
    public TransactionSnapshot(ulong end, params ulong[] open)
    {
        End = end;
        _open = open;
    }

    /// <summary>Transactions from this one on could not be seen.</summary>
    public ulong End { get; }

    /// <summary>Transactions below <see cref="End"/> that could not be seen either.</summary>
    public ReadOnlySpan<ulong> Open => _open;

    /// <summary>Reads <c>xmin:xmax:xip,…</c>.</summary>
    public static TransactionSnapshot Parse(string text)
    {
        var parts = text.Split(':');
        var open = parts[2].Length == 0 ? [] : Array.ConvertAll(parts[2].Split(','), Number);
        return new TransactionSnapshot(Number(parts[1]), open);
    }

    /// <summary>Whether what the transaction did could be seen.</summary>
    public bool Sees(ulong xid) => xid < End && Array.IndexOf(_open, xid) < 0;

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
