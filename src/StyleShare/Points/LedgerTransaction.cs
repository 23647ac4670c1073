using System.Collections.Immutable;

namespace StyleShare.Points;

/// <summary>Why points moved.</summary>
public enum EntryKind
{
    /// <summary>Earned by one's own purchase.</summary>
    Earn,

    /// <summary>A share in the purchase of somebody whom one brought in.</summary>
    Share,

    /// <summary>Spent at the till.</summary>
    Redemption,

    /// <summary>Expired.</summary>
    Expiry,

    /// <summary>Taken back because of a refund.</summary>
    ClawBack,

    /// <summary>Given to, or by, another member.</summary>
    Gift,

    /// <summary>Taken to settle what was owed.</summary>
    Settlement,

    /// <summary>Corrected by an operator.</summary>
    Correction,
}

/// <summary>Points of one lot: those of an account that expire at the same time.</summary>
/// <param name="ExpiresAt">When they expire; null for never.</param>
/// <param name="Points">How many; in a line signed as the line is.</param>
[GenerateSerializer, Immutable]
public readonly record struct LotPart([property: Id(0)] DateTimeOffset? ExpiresAt, [property: Id(1)] long Points);

/// <summary>What a transaction does to one account.</summary>
/// <param name="Account">The account.</param>
/// <param name="Kind">Why.</param>
/// <param name="Points">Added if positive, taken if negative; never zero.</param>
/// <param name="Lots">Of which lots: on lines of <see cref="LedgerAccountKind.Member"/> always, summing to the points; on others none.</param>
public sealed record LedgerLine(LedgerAccount Account, EntryKind Kind, long Points, ImmutableArray<LotPart> Lots)
{
    /// <summary>A line of an account without lots.</summary>
    public LedgerLine(LedgerAccount account, EntryKind kind, long points)
        : this(account, kind, points, [])
    {
    }

    /// <summary>When the points that came with this line expire; null for never, for several times, and where points went.</summary>
    public DateTimeOffset? ExpiresAt => Points > 0 && Lots is [var lot] ? lot.ExpiresAt : null;
}

/// <summary>Lines that belong together and sum to zero.</summary>
/// <param name="Id">A second transaction with this id is refused by the key <c>ledger_transactions_pkey</c>.</param>
/// <param name="MerchantId">The shop, of which all accounts are.</param>
/// <param name="Reference">What it is about, at most 100 characters: the till's reference, a hold's id.</param>
/// <param name="At">When, by <c>LedgerClock</c>.</param>
/// <param name="Lines">Two or more.</param>
/// <param name="Note">A gift's note, or a correction's reason.</param>
/// <param name="Operator">Who corrected.</param>
public sealed record LedgerTransaction(
    Guid Id,
    Guid MerchantId,
    string Reference,
    DateTimeOffset At,
    ImmutableArray<LedgerLine> Lines,
    string? Note = null,
    string? Operator = null)
{
    /// <summary>The most lines: two for each of the beneficiaries of a purchase fit many times.</summary>
    public const int MaxLines = 100;

    /// <summary>The longest reference, in UTF-16 code units.</summary>
    public const int MaxReference = 100;

    /// <summary>This transaction, if it is one: a mistake of a rule is found here, not in the database.</summary>
    /// <exception cref="InvalidOperationException">It does not sum to zero, or its lines do not fit it.</exception>
    public LedgerTransaction Checked()
    {
        if (Lines.IsDefault || Lines.Length is < 2 or > MaxLines)
            throw new InvalidOperationException($"A transaction has 2 to {MaxLines} lines.");
        if (Reference.Length > MaxReference)
            throw new InvalidOperationException($"A reference has {MaxReference} characters at the most.");
        Int128 sum = 0;
        foreach (var line in Lines)
        {
            Check(line);
            sum += line.Points;
        }

        return sum == 0 ? this : throw new InvalidOperationException("The lines of a transaction sum to zero.");
    }

    private void Check(LedgerLine line)
    {
        if (line.Account.MerchantId != MerchantId)
            throw new InvalidOperationException("All accounts of a transaction are of one shop.");
        if (line.Points == 0)
            throw new InvalidOperationException("A line moves points.");
        if (line.Account.Kind != LedgerAccountKind.Member)
        {
            if (!line.Lots.IsDefaultOrEmpty)
                throw new InvalidOperationException("Only the points of members are in lots.");
            return;
        }

        if (line.Lots.IsDefault)
            throw new InvalidOperationException("The points of members are in lots.");
        Int128 sum = 0;
        foreach (var lot in line.Lots)
        {
            if (Math.Sign(lot.Points) != Math.Sign(line.Points))
                throw new InvalidOperationException("The parts of a line have its sign.");
            sum += lot.Points;
        }

        if (sum != line.Points)
            throw new InvalidOperationException("The lots of a line sum to its points.");
    }
}
