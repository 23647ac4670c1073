using System.Buffers.Binary;

namespace StyleShare.Points;

/// <summary>A line of a member's account, as it is shown.</summary>
/// <param name="Id">The transaction's id.</param>
/// <param name="Seq">The line's number in its account, from 1.</param>
/// <param name="Kind">Why points moved.</param>
/// <param name="Points">Added if positive, taken if negative.</param>
/// <param name="BalanceAfter">The account's balance with this line.</param>
/// <param name="Reference">What it is about: the till's reference, a hold's id.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When the points that came expire; null for never, and where points went.</param>
/// <param name="Note">A correction's reason.</param>
/// <param name="Operator">Who corrected.</param>
public sealed record LedgerEntry(
    Guid Id,
    long Seq,
    EntryKind Kind,
    long Points,
    long BalanceAfter,
    string Reference,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    string? Note,
    string? Operator)
{
    /// <summary>The entry's place in the list of its account.</summary>
    public Position Position
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            bytes.Clear();
            BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Seq);
            return new Position(CreatedAt, new Guid(bytes, bigEndian: true));
        }
    }

    /// <summary>The number of the line at a place; one that nobody can have if it is none.</summary>
    public static long SeqOf(Position position)
    {
        Span<byte> bytes = stackalloc byte[16];
        position.Id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }
}
