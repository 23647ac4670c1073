using System.Globalization;
using Npgsql;
using StyleShare.Points;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

/// <summary>How PostgreSQL goes about the ledger's statements.</summary>
public sealed class LedgerPlanTests
{
    // A plan is kept for as long as the connection: one that is right for an empty table must be right for a full one.
    [Fact]
    public async Task Rows_are_found_by_their_keys_though_the_tables_were_empty_when_it_was_planned()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("VACUUM ANALYZE point_accounts, point_lots, ledger_lines, ledger_transactions");
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await Execute(connection, LaneConnection.Settings.ForSession);
        foreach (var statement in (Statement[])[LedgerTable.OpenAccount, LedgerTable.AddTransaction, LedgerTable.AddLine, LedgerTable.MoveLot])
        {
            var plan = await Plan(connection, statement);
            Assert.DoesNotContain("Materialize", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Memoize", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Join Filter", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on point_", plan, StringComparison.Ordinal);
        }
    }

    private static async Task<string> Plan(NpgsqlConnection connection, Statement statement)
    {
        await Execute(connection, $"PREPARE {statement.Name} AS {statement.CommandText}");
        var parameters = statement.CommandText.Split('$').Skip(1)
            .Max(part => int.Parse(string.Concat(part.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture));
        var nothing = string.Join(", ", Enumerable.Repeat("NULL", parameters));
        await using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE {statement.Name} ({nothing})", connection);
        return await explain.ReadPlanAsync();
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
