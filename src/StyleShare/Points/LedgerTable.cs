using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>The tables of the ledger, which nobody else writes.</summary>
/// <remarks>
/// A group has one execution of each statement, in the order in which they stand here: rows of one key are put together in SQL,
/// so their order says nothing and keys need not be told apart. Accounts are opened and locked in the order of their ids, and
/// lots are written under the lock of their account, so that lanes wait for each other but never in a circle.
/// </remarks>
internal static class LedgerTable
{
    /// <summary>Opens an account, where it is not open yet.</summary>
    /// <remarks>
    /// Whichever index says so: were only the key named, two silos that open one at the same moment could meet in the index by
    /// user, and one of them would fail.
    /// </remarks>
    public static readonly Statement<PostedLine> OpenAccount = new(
        "point_accounts_open",
        """
        INSERT INTO point_accounts (id, merchant_id, user_id, kind)
        SELECT DISTINCT ON (id) id, merchant_id, user_id, kind FROM rows ORDER BY id
        ON CONFLICT DO NOTHING
        """,
        Expect.Any,
        Column.Uuid<PostedLine>("id", row => row.Line.Account.Id),
        Column.Uuid<PostedLine>("merchant_id", row => row.Line.Account.MerchantId),
        Column.Uuid<PostedLine>("user_id", row => row.Line.Account.UserId),
        Column.Integer<PostedLine>("kind", row => (int)row.Line.Account.Kind))
    {
        Table = "point_accounts",
        Key = row => row.GetKey(),
    };

    /// <summary>Adds the head of a transaction.</summary>
    public static readonly Statement<LedgerTransaction> AddTransaction = new(
        "ledger_transactions_add",
        """
        INSERT INTO ledger_transactions (id, merchant_id, lines, reference, note, operator, created_at)
        SELECT id, merchant_id, lines, reference, note, operator, created_at FROM rows
        """,
        Expect.Any,
        Column.Uuid<LedgerTransaction>("id", transaction => transaction.Id),
        Column.Uuid<LedgerTransaction>("merchant_id", transaction => transaction.MerchantId),
        Column.Integer<LedgerTransaction>("lines", transaction => transaction.Lines.Length),
        Column.Text<LedgerTransaction>("reference", transaction => transaction.Reference),
        Column.Text<LedgerTransaction>("note", transaction => transaction.Note),
        Column.Text<LedgerTransaction>("operator", transaction => transaction.Operator),
        Column.Timestamptz<LedgerTransaction>("created_at", transaction => transaction.At))
    {
        Table = "ledger_transactions",
        Key = transaction => transaction.Id.GetHashCode(),
    };

    /// <summary>
    /// Adds lines, each with its number in its account and the balance behind it. The locked account is put before its lines as
    /// a row of its own, from which they count on: one sort does it, where a join of two sets without an index would not scale.
    /// </summary>
    public static readonly Statement<PostedLine> AddLine = new(
        "ledger_lines_add",
        """
        , kept AS MATERIALIZED (
            SELECT id, balance, lines FROM point_accounts
            WHERE id = ANY (ARRAY (SELECT DISTINCT account_id FROM rows WHERE kept)) ORDER BY id FOR UPDATE)
        INSERT INTO ledger_lines (transaction_id, ordinal, account_id, kind, points, seq, balance_after, expires_at)
        SELECT transaction_id, ordinal, account_id, kind, points, start + number - 1,
            CASE WHEN start IS NOT NULL THEN total::bigint END, expires_at
        FROM (
            SELECT parts.*, first_value(lines) OVER chain AS start, row_number() OVER chain AS number, sum(points) OVER chain AS total
            FROM (
                SELECT NULL::uuid AS transaction_id, 0 AS ordinal, id AS account_id, NULL AS kind, balance AS points,
                    NULL::timestamptz AS expires_at, lines
                FROM kept
                UNION ALL
                SELECT transaction_id, ordinal, account_id, kind, points, expires_at, NULL FROM rows) AS parts
            WINDOW chain AS (PARTITION BY account_id ORDER BY transaction_id NULLS FIRST, ordinal ROWS UNBOUNDED PRECEDING)) AS chained
        WHERE transaction_id IS NOT NULL
        """,
        Expect.Any,
        Column.Uuid<PostedLine>("transaction_id", row => row.Transaction.Id),
        Column.Integer<PostedLine>("ordinal", row => row.Ordinal),
        Column.Uuid<PostedLine>("account_id", row => row.Line.Account.Id),
        Column.Boolean<PostedLine>("kept", row => row.Line.Account.IsKept),
        Column.Text<PostedLine>("kind", row => row.Line.Kind.Text()),
        Column.Bigint<PostedLine>("points", row => row.Line.Points),
        Column.Timestamptz<PostedLine>("expires_at", row => row.Line.ExpiresAt))
    {
        Table = "ledger_lines",
        Key = row => row.GetKey(),
    };

    /// <summary>
    /// Adds points to a lot or takes them from it. Taking more than is there violates the check, also where there is no lot: then
    /// whoever decided so has not seen the stored state.
    /// </summary>
    public static readonly Statement<MovedLot> MoveLot = new(
        "point_lots_move",
        """
        MERGE INTO point_lots USING (
            SELECT account_id, coalesce(expires_at, 'infinity') AS expires_at, sum(points)::bigint AS points
            FROM rows GROUP BY 1, 2 HAVING sum(points) <> 0) AS given
        ON point_lots.account_id = given.account_id AND point_lots.expires_at = given.expires_at
        WHEN MATCHED AND point_lots.remaining + given.points = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET remaining = point_lots.remaining + given.points
        WHEN NOT MATCHED THEN INSERT (account_id, expires_at, remaining) VALUES (given.account_id, given.expires_at, given.points)
        """,
        Expect.Any,
        Column.Uuid<MovedLot>("account_id", row => row.Of.Line.Account.Id),
        Column.Timestamptz<MovedLot>("expires_at", row => row.Lot.ExpiresAt),
        Column.Bigint<MovedLot>("points", row => row.Lot.Points))
    {
        FencingConstraint = "point_lots_remaining",
        Table = "point_lots",
        Key = row => row.GetKey(),
    };

    internal readonly record struct PostedLine(LedgerTransaction Transaction, LedgerLine Line, int Ordinal)
    {
        // Tells rows of one change apart, so that all of them are one execution.
        public int GetKey() => HashCode.Combine(Transaction.Id, Ordinal);
    }

    internal readonly record struct MovedLot(PostedLine Of, LotPart Lot)
    {
        public int GetKey() => HashCode.Combine(Of.Transaction.Id, Of.Ordinal, Lot.ExpiresAt);
    }
}
