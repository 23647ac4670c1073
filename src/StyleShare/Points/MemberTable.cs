using System.Collections.Immutable;
using System.Text.Json;
using StyleShare.Jobs;
using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>The tables of members' accounts beside the ledger. Each has one writer, the account's grain.</summary>
/// <remarks>
/// The account's row is an ordinary one and no <c>StateTable</c>: every debit of a group shares the ledger's executions, which
/// a state row would part.
/// </remarks>
internal static class MemberTable
{
    private static readonly Column<MemberRow>[] MemberColumns =
    [
        Column.Uuid<MemberRow>("account_id", row => LedgerAccount.Member(row.Account.MerchantId, row.Account.UserId).Id),
        Column.Uuid<MemberRow>("merchant_id", row => row.Account.MerchantId),
        Column.Uuid<MemberRow>("user_id", row => row.Account.UserId),
        Column.Bigint<MemberRow>("held", row => row.Account.Held),
        Column.Bigint<MemberRow>("version", row => row.VersionRead),
    ];

    private static readonly Statement<MemberRow> Insert = new(
        "member_points_insert",
        """
        INSERT INTO member_points (account_id, merchant_id, user_id, held, version)
        SELECT account_id, merchant_id, user_id, held, version + 1 FROM rows
        """,
        Expect.Any,
        MemberColumns)
    { FencingConstraint = "member_points_pkey", Table = "member_points", Key = KeyOf };

    private static readonly Statement<MemberRow> Update = new(
        "member_points_update",
        """
        UPDATE member_points AS m SET held = rows.held, version = rows.version + 1 FROM rows
        WHERE m.account_id = rows.account_id AND m.version = rows.version
        """,
        Expect.EveryRow,
        MemberColumns)
    { Table = "member_points", Key = KeyOf };

    private static readonly Statement<HoldRow> AddHold = new(
        "point_holds_add",
        """
        INSERT INTO point_holds (id, account_id, points, parts, state, created_at, expires_at)
        SELECT id, account_id, points, parts, 'held', created_at, expires_at FROM rows
        """,
        Expect.Any,
        Column.Uuid<HoldRow>("id", row => row.Hold.Id),
        Column.Uuid<HoldRow>("account_id", row => row.AccountId),
        Column.Bigint<HoldRow>("points", row => row.Hold.Points),
        Column.Jsonb<HoldRow>("parts", row => JsonSerializer.Serialize(row.Hold.Parts, PointsJson.Default.ImmutableArrayLotPart)),
        Column.Timestamptz<HoldRow>("created_at", row => row.Hold.CreatedAt),
        Column.Timestamptz<HoldRow>("expires_at", row => row.Hold.ExpiresAt))
    { Table = "point_holds", Key = row => row.Hold.Id.GetHashCode() };

    private static readonly Statement<HoldRow> ResolveHold = new(
        "point_holds_resolve",
        """
        UPDATE point_holds AS h SET state = rows.state, captured_points = rows.captured, resolved_at = rows.resolved_at FROM rows
        WHERE h.id = rows.id AND h.state = 'held'
        """,
        Expect.EveryRow,
        Column.Uuid<HoldRow>("id", row => row.Hold.Id),
        Column.Text<HoldRow>("state", row => HoldStates.Text(row.Hold.State)),
        Column.Bigint<HoldRow>("captured", row => row.Hold.Captured),
        Column.Timestamptz<HoldRow>("resolved_at", row => row.Hold.ResolvedAt))
    { Table = "point_holds", Key = row => row.Hold.Id.GetHashCode() };

    private static readonly Statement<Gift> AddGift = new(
        "point_gifts_add",
        """
        INSERT INTO point_gifts (id, merchant_id, from_user_id, to_user_id, points, note, created_at)
        SELECT id, merchant_id, from_user_id, to_user_id, points, note, created_at FROM rows
        """,
        Expect.Any,
        Column.Uuid<Gift>("id", gift => gift.Id),
        Column.Uuid<Gift>("merchant_id", gift => gift.MerchantId),
        Column.Uuid<Gift>("from_user_id", gift => gift.FromUserId),
        Column.Uuid<Gift>("to_user_id", gift => gift.ToUserId),
        Column.Bigint<Gift>("points", gift => gift.Points),
        Column.Text<Gift>("note", gift => gift.Note),
        Column.Timestamptz<Gift>("created_at", gift => gift.CreatedAt))
    { Table = "point_gifts", Key = gift => gift.Id.GetHashCode() };

    /// <summary>Forgets what a person who is gone wrote to others.</summary>
    public static readonly Statement<Guid> EraseNotes = new(
        "point_gifts_erase",
        "UPDATE point_gifts SET note = NULL FROM rows WHERE from_user_id = rows.id AND note IS NOT NULL",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));

    /// <summary>Adds what was decided, fenced by the version of the account's row.</summary>
    /// <param name="versionRead">The version that it was decided upon; 0 if there is no row yet.</param>
    public static void Write(Change change, MemberAccount next, ImmutableArray<MemberFact> facts, long versionRead)
    {
        change.Add(versionRead == 0 ? Insert : Update, new MemberRow(next, versionRead));
        var account = LedgerAccount.Member(next.MerchantId, next.UserId).Id;
        foreach (var fact in facts)
        {
            switch (fact)
            {
                case MemberFact.Held held:
                    change.Add(AddHold, new HoldRow(account, held.Hold));
                    break;
                case MemberFact.Resolved resolved:
                    change.Add(ResolveHold, new HoldRow(account, resolved.Hold));
                    break;
                case MemberFact.Posted posted:
                    change.Post(posted.Transaction);
                    break;
                case MemberFact.Given given:
                    change.Add(AddGift, given.Gift);
                    break;
            }
        }

        // Last: jobs may part the executions of what comes behind them.
        foreach (var held in facts.OfType<MemberFact.Held>())
        {
            change.Enqueue(
                ExpireHoldJob.Kind, new ExpireHold(next.MerchantId, next.UserId, held.Hold.Id), held.Hold.Id,
                notBefore: held.Hold.ExpiresAt);
        }
    }

    private static int KeyOf(MemberRow row) => HashCode.Combine(row.Account.MerchantId, row.Account.UserId);

    private readonly record struct MemberRow(MemberAccount Account, long VersionRead);

    private readonly record struct HoldRow(Guid AccountId, PointHold Hold);
}

/// <summary>The names of <see cref="HoldState"/> in the database and in the API.</summary>
public static class HoldStates
{
    /// <summary>The name.</summary>
    public static string Text(HoldState state) => state switch
    {
        HoldState.Held => "held",
        HoldState.Captured => "captured",
        HoldState.Voided => "voided",
        HoldState.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no name for this state."),
    };

    /// <summary>The state of a name.</summary>
    public static HoldState Parse(string text) => text switch
    {
        "held" => HoldState.Held,
        "captured" => HoldState.Captured,
        "voided" => HoldState.Voided,
        "expired" => HoldState.Expired,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "There is no state of this name."),
    };
}
