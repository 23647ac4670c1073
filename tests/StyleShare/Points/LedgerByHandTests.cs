using Npgsql;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

/// <summary>What the database says to a person with psql.</summary>
public sealed class LedgerByHandTests(LedgerSteps ledger) : IClassFixture<LedgerSteps>
{
    private const string AppendOnly = "SS011";
    private const string NotWhole = "SS013";
    private const string NotContinued = "SS014";
    private readonly Guid _shop = Guid.CreateVersion7();
    private readonly Guid _mina = Guid.CreateVersion7();

    private LedgerAccount Member => LedgerAccount.Member(_shop, _mina);

    private LedgerAccount Issued => LedgerAccount.Issued(_shop);

    [Theory]
    [InlineData("UPDATE ledger_lines SET points = points + 1")]
    [InlineData("UPDATE ledger_lines SET kind = 'gift' WHERE false")]
    [InlineData("DELETE FROM ledger_lines")]
    [InlineData("TRUNCATE ledger_lines")]
    [InlineData("UPDATE ledger_transactions SET reference = 'another'")]
    [InlineData("DELETE FROM ledger_transactions")]
    [InlineData("TRUNCATE ledger_transactions CASCADE")]
    [InlineData("UPDATE point_accounts SET balance = balance + 1")]
    [InlineData("UPDATE point_accounts SET lines = lines + 1")]
    [InlineData("UPDATE point_accounts SET user_id = merchant_id")]
    [InlineData("DELETE FROM point_accounts")]
    [InlineData("TRUNCATE point_accounts")]
    [InlineData("""
        INSERT INTO point_accounts SELECT * FROM point_accounts ON CONFLICT (id) DO UPDATE SET balance = excluded.balance + 1
        """)]
    [InlineData("""
        INSERT INTO ledger_lines SELECT * FROM ledger_lines ON CONFLICT (transaction_id, ordinal) DO UPDATE SET points = excluded.points + 1
        """)]
    [InlineData("""
        MERGE INTO point_accounts a USING point_accounts b ON a.id = b.id WHEN MATCHED THEN UPDATE SET balance = b.balance + 1
        """)]
    public async Task What_is_written_stays_and_balances_are_not_set(string sql)
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        Assert.Equal(AppendOnly, (await Refused(sql)).SqlState);
        Assert.Equal((100, 1), await ledger.Account(Member));
    }

    [Fact]
    public async Task No_account_starts_with_points()
    {
        Assert.Equal("SS012", (await Refused(Open("balance", 5))).SqlState);
        Assert.Equal("SS012", (await Refused(Open("lines", 5))).SqlState);
        await ledger.Database.ExecuteAsync(Open("balance", 0));

        string Open(string column, int value) =>
            $"INSERT INTO point_accounts (id, merchant_id, user_id, kind, {column}) VALUES (gen_random_uuid(), '{_shop}', '{_mina}', 1, {value})";
    }

    [Fact]
    public async Task A_person_has_one_account_of_a_kind_in_a_shop()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 1));
        var second = await Refused(
            $"INSERT INTO point_accounts (id, merchant_id, user_id, kind) VALUES (gen_random_uuid(), '{_shop}', '{_mina}', 1)");
        Assert.Equal("point_accounts_by_user", second.ConstraintName);
    }

    [Fact]
    public async Task A_whole_transaction_that_goes_on_where_its_accounts_are_is_taken()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        await ledger.Database.ExecuteAsync(Insert(2, (Issued, -5, null, null), (Member, 5, 2, 105)));
        Assert.Equal((105, 2), await ledger.Account(Member));
    }

    [Fact]
    public async Task What_does_not_sum_to_zero_or_is_not_whole_is_refused()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        var elsewhere = Guid.CreateVersion7();
        await ledger.Post(LedgerSteps.Earn(elsewhere, _mina, 100));
        await Refuses(NotWhole, 2, (Issued, -4, null, null), (Member, 5, 2, 105));
        await Refuses(NotWhole, 3, (Issued, -5, null, null), (Member, 5, 2, 105));
        await Refuses(NotWhole, null, (Issued, -5, null, null), (Member, 5, 2, 105));
        await Refuses(NotWhole, 2, (Issued, -5, null, null), (Member, 5, null, null));
        await Refuses(NotWhole, 2, (Issued, -5, 1, -5), (Member, 5, 2, 105));
        await Refuses(NotWhole, 2, (LedgerAccount.Issued(elsewhere), -5, null, null), (Member, 5, 2, 105));
        await Refuses(NotWhole, 2, (LedgerAccount.Corrected(_shop), -5, null, null), (Member, 5, 2, 105));
    }

    [Fact]
    public async Task What_does_not_go_on_where_the_account_is_is_refused()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        await Refuses(NotContinued, 2, (Issued, -5, null, null), (Member, 5, 3, 105));
        await Refuses(NotContinued, 2, (Issued, -5, null, null), (Member, 5, 0, 105));
        await Refuses(NotContinued, 2, (Issued, -5, null, null), (Member, 5, 2, 106));
        await Refuses(NotContinued, 3, (Issued, -9, null, null), (Member, 5, 2, 105), (Member, 4, 4, 109));
        await Refuses(NotContinued, 3, (Issued, -9, null, null), (Member, 5, 2, 104), (Member, 4, 3, 109));
        await Refuses(NotContinued, 3, (Issued, -9, null, null), (Member, 5, 2, 105), (Member, 4, 3, 110));
        await ledger.Database.ExecuteAsync(Insert(3, (Issued, -9, null, null), (Member, 5, 2, 105), (Member, 4, 3, 109)));
        Assert.Equal((109, 3), await ledger.Account(Member));
    }

    [Fact]
    public async Task Nobody_is_overdrawn()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        var refused = await Refused(Insert(2, (Issued, 101, null, null), (Member, -101, 2, -1)));
        Assert.Equal("point_accounts_balance", refused.ConstraintName);
        Assert.Equal((100, 1), await ledger.Account(Member));
        await ledger.Database.ExecuteAsync(Insert(2, (Issued, 100, null, null), (Member, -100, 2, 0)));
    }

    [Fact]
    public async Task Nothing_is_added_to_an_old_transaction()
    {
        var old = LedgerSteps.Earn(_shop, _mina, 100);
        await ledger.Post(old);
        var pair = $"""
            INSERT INTO ledger_lines (transaction_id, ordinal, account_id, kind, points, seq, balance_after)
            VALUES ('{old.Id}', 3, '{Issued.Id}', 'gift', -5, null, null), ('{old.Id}', 4, '{Member.Id}', 'gift', 5, 2, 105)
            """;
        Assert.Equal(NotWhole, (await Refused(pair)).SqlState);
        Assert.Equal((100, 1), await ledger.Account(Member));
    }

    [Fact]
    public async Task A_bulk_load_goes_through_the_same_checks()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100));
        await using var connection = await ledger.Source.OpenConnectionAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var copy = await connection.BeginTextImportAsync(
                "COPY ledger_lines (transaction_id, ordinal, account_id, kind, points, seq, balance_after) FROM STDIN (FORMAT csv)");
            await copy.WriteAsync($"{Guid.NewGuid()},1,{Member.Id},gift,5,2,105\n");
            await copy.DisposeAsync();
        });
        Assert.Equal(NotWhole, refused.SqlState);
        Assert.Equal((100, 1), await ledger.Account(Member));
    }

    private async Task Refuses(
        string state, int? declared, params (LedgerAccount Account, long Points, long? Seq, long? After)[] lines)
    {
        Assert.Equal(state, (await Refused(Insert(declared, lines))).SqlState);
        Assert.Equal((100, 1), await ledger.Account(Member));
    }

    private Task<PostgresException> Refused(string sql) =>
        Assert.ThrowsAsync<PostgresException>(() => ledger.Database.ExecuteAsync(sql));

    // Statements of one command are one transaction.
    private string Insert(int? declared, params (LedgerAccount Account, long Points, long? Seq, long? After)[] lines)
    {
        var id = Guid.CreateVersion7();
        var head = declared is null ? "" : $"""
            INSERT INTO ledger_transactions (id, merchant_id, lines, reference, created_at) VALUES ('{id}', '{_shop}', {declared}, 'by hand', now());
            """;
        var rows = lines.Select((line, i) =>
            $"('{id}', {i + 1}, '{line.Account.Id}', 'gift', {line.Points}, {line.Seq?.ToString() ?? "null"}, {line.After?.ToString() ?? "null"})");
        return $"""
            {head}
            INSERT INTO ledger_lines (transaction_id, ordinal, account_id, kind, points, seq, balance_after) VALUES {string.Join(", ", rows)}
            """;
    }
}
