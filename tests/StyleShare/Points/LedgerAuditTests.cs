using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

/// <summary>The audit finds what the triggers would have refused, had somebody switched them off.</summary>
public sealed class LedgerAuditTests
{
    private static readonly Guid Shop = Guid.Parse("0199d1a6-3000-7f65-9b7a-be6c7d8e9fab");
    private static readonly Guid Mina = Guid.Parse("0199d1a6-3001-7f65-9b7a-be6c7d8e9fab");

    [Theory]
    [InlineData(null, "SELECT 1")]
    [InlineData("transaction_not_whole", "UPDATE ledger_lines SET points = points - 1 WHERE seq IS NULL")]
    [InlineData("transaction_not_whole", "DELETE FROM ledger_lines WHERE seq IS NULL")]
    [InlineData("transaction_not_whole", "DELETE FROM ledger_transactions")]
    [InlineData("balance_not_sum_of_lines", "UPDATE point_accounts SET balance = balance + 1 WHERE kind = 1")]
    [InlineData("balance_not_sum_of_lines", "UPDATE point_accounts SET lines = lines + 1 WHERE kind = 1")]
    [InlineData("balance_not_sum_of_lines", "UPDATE ledger_lines SET seq = seq + 10 WHERE seq = 2")]
    [InlineData("balance_not_sum_of_lines", "DELETE FROM point_accounts WHERE kind = 1")]
    [InlineData("chain_broken", "UPDATE ledger_lines SET balance_after = balance_after + 1 WHERE seq = 1")]
    [InlineData("line_of_wrong_account", "UPDATE ledger_lines SET account_id = gen_random_uuid() WHERE seq IS NULL")]
    [InlineData("line_of_wrong_account", "UPDATE ledger_lines SET seq = NULL, balance_after = NULL WHERE seq = 1")]
    [InlineData("line_of_wrong_account", "UPDATE point_accounts SET merchant_id = user_id WHERE kind = 1")]
    [InlineData("lots_not_balance", "UPDATE point_lots SET remaining = remaining + 1")]
    [InlineData("lots_not_balance", "DELETE FROM point_lots")]
    [InlineData("lots_not_balance", "UPDATE point_lots SET account_id = gen_random_uuid()")]
    [InlineData("account_wrong", "UPDATE point_accounts SET merchant_id = gen_random_uuid() WHERE kind = 1")]
    [InlineData("account_wrong", "UPDATE point_accounts SET lines = 1 WHERE kind = 10")]
    [InlineData("ledger_not_zero", "UPDATE ledger_lines SET points = points - 1 WHERE seq IS NULL AND points < 0")]
    public async Task Whatever_is_off_is_named(string? check, string broken)
    {
        await using var ledger = new LedgerSteps();
        await ledger.InitializeAsync();
        await ledger.Post(LedgerSteps.Earn(Shop, Mina, 100));
        await ledger.Post(LedgerSteps.Spend(Shop, Mina, new LotPart(null, 40)));

        // What a superuser can do, and nobody else.
        await ledger.Database.ExecuteAsync($"SET session_replication_role = replica; {broken}; RESET session_replication_role");
        var report = await Audit(ledger.Source).Run();
        if (check is null)
            Assert.Empty(report.Problems);
        else
            Assert.Contains(check, report.Problems.Select(problem => problem.Check));
        Assert.Equal(check is null, report.IsClean);
    }

    [Fact]
    public async Task An_audit_is_of_one_moment_however_much_is_posted_meanwhile()
    {
        await using var ledger = new LedgerSteps();
        await ledger.InitializeAsync();
        var people = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();
        using var stop = new CancellationTokenSource();
        var posting = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await Task.WhenAll(people.Select(user => ledger.Post(LedgerSteps.Earn(Shop, user, 3))));
        });
        var audit = Audit(ledger.Source);
        for (var i = 0; i < 20; i++)
            Assert.Empty((await audit.Run()).Problems);
        await stop.CancelAsync();
        await posting;
    }

    [Fact]
    public async Task Problems_are_bounded_and_time_is()
    {
        await using var ledger = new LedgerSteps();
        await ledger.InitializeAsync();
        await ledger.Database.ExecuteAsync(
            """
            CREATE VIEW audit_many (problem, subject, detail) AS SELECT 'many', i::text, '' FROM generate_series(1, 1000) AS i;
            CREATE VIEW audit_slow (problem, subject, detail) AS SELECT 'slow', 'x', '' FROM pg_sleep(3600);
            """);
        Assert.Equal(10, (await Audit(ledger.Source, "audit_many").Run()).Problems.Length);
        var refused = await Assert.ThrowsAsync<Refusal>(() => Audit(ledger.Source, "audit_slow").Run());
        Assert.Equal("audit_too_long", refused.Code);

        // The connection goes back to the pool as it was.
        await using var command = ledger.Source.CreateCommand("SELECT current_setting('statement_timeout'), current_setting('transaction_read_only')");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(("0", "off"), (reader.GetString(0), reader.GetString(1)));
    }

    [Fact]
    public async Task One_audit_runs_at_a_time()
    {
        await using var ledger = new LedgerSteps();
        await ledger.InitializeAsync();
        await ledger.Database.ExecuteAsync(
            """
            CREATE TABLE gate (id int);
            CREATE VIEW audit_gated (problem, subject, detail) AS SELECT 'gate', 'x', '' FROM gate;
            """);
        await using var connection = await ledger.Source.OpenConnectionAsync();
        await using var closed = await connection.BeginTransactionAsync();
        await using var close = new NpgsqlCommand("LOCK gate", connection, closed);
        await close.ExecuteNonQueryAsync();
        var audit = Audit(ledger.Source, "audit_gated");
        var first = audit.Run();
        Assert.Equal("audit_running", (await Assert.ThrowsAsync<Refusal>(() => audit.Run())).Code);
        await closed.RollbackAsync();
        Assert.True((await first).IsClean);
        Assert.True((await audit.Run()).IsClean);
    }

    private static LedgerAudit Audit(NpgsqlDataSource source, string view = "ledger_audit") => new(
        source,
        [new AuditView(view)],
        Options.Create(new LedgerOptions { AuditProblems = 10, AuditTimeLimit = TimeSpan.FromSeconds(view == "audit_slow" ? 1 : 30) }),
        TimeProvider.System,
        NullLogger<LedgerAudit>.Instance);
}
