using System.Buffers.Binary;

namespace StyleShare.Points;

/// <summary>What an account of the ledger stands for; the numbers are stored.</summary>
public enum LedgerAccountKind : short
{
    /// <summary>The points that a member has; never below zero.</summary>
    Member = 1,

    /// <summary>What a member owes after a claw-back beyond the balance; never above zero.</summary>
    Owed = 2,

    /// <summary>Where a shop's points come from, and go back to at a refund.</summary>
    Issued = 10,

    /// <summary>Points spent at the till.</summary>
    Redeemed = 11,

    /// <summary>Points whose time was over.</summary>
    Expired = 12,

    /// <summary>Parts of a pool that nobody had a claim to, and the shop keeps.</summary>
    Unclaimed = 13,

    /// <summary>The other side of an operator's corrections.</summary>
    Corrected = 14,
}

/// <summary>An account of the ledger: one of a member in a shop, or one of the shop's program.</summary>
/// <param name="Id">Follows from the rest, so that nobody has to look it up.</param>
/// <param name="MerchantId">The shop.</param>
/// <param name="UserId">The member; null for an account of the program.</param>
/// <param name="Kind">What it stands for.</param>
public readonly record struct LedgerAccount(Guid Id, Guid MerchantId, Guid? UserId, LedgerAccountKind Kind)
{
    /// <summary>Whether its balance is kept with it. Sums of the program's accounts are taken from their lines.</summary>
    public bool IsKept => Kind is LedgerAccountKind.Member or LedgerAccountKind.Owed;

    /// <summary>The points of a member.</summary>
    public static LedgerAccount Member(Guid merchant, Guid user) => Of(merchant, user, LedgerAccountKind.Member);

    /// <summary>The debt of a member.</summary>
    public static LedgerAccount Owed(Guid merchant, Guid user) => Of(merchant, user, LedgerAccountKind.Owed);

    /// <summary>What the shop has given.</summary>
    public static LedgerAccount Issued(Guid merchant) => Of(merchant, user: null, LedgerAccountKind.Issued);

    /// <summary>What was spent in the shop.</summary>
    public static LedgerAccount Redeemed(Guid merchant) => Of(merchant, user: null, LedgerAccountKind.Redeemed);

    /// <summary>What expired.</summary>
    public static LedgerAccount Expired(Guid merchant) => Of(merchant, user: null, LedgerAccountKind.Expired);

    /// <summary>What nobody had a claim to.</summary>
    public static LedgerAccount Unclaimed(Guid merchant) => Of(merchant, user: null, LedgerAccountKind.Unclaimed);

    /// <summary>What operators added or took.</summary>
    public static LedgerAccount Corrected(Guid merchant) => Of(merchant, user: null, LedgerAccountKind.Corrected);

    private static LedgerAccount Of(Guid merchant, Guid? user, LedgerAccountKind kind)
    {
        Span<byte> name = stackalloc byte[16 + 16 + sizeof(short)];
        merchant.TryWriteBytes(name, bigEndian: true, out _);
        user.GetValueOrDefault().TryWriteBytes(name[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt16BigEndian(name[32..], (short)kind);
        return new(Ids.OfName(name), merchant, user, kind);
    }
}
