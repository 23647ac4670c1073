using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Points;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

/// <summary>How the ledger is read.</summary>
[Trait("Pooler", "transaction")]
public sealed class LedgerStoreTests(LedgerSteps ledger) : IClassFixture<LedgerSteps>
{
    private readonly Guid _shop = Guid.CreateVersion7();
    private readonly Guid _mina = Guid.CreateVersion7();

    private LedgerStore Store => new(ledger.Services.GetRequiredService<NpgsqlDataSource>());

    private LedgerAccount Account => LedgerAccount.Member(_shop, _mina);

    [Fact]
    public async Task Entries_are_paged_from_the_newest_and_new_ones_shift_nothing()
    {
        for (var i = 1; i <= 7; i++)
            await ledger.Post(LedgerSteps.Earn(_shop, _mina, i));
        var first = await Store.List(Account, after: null, 3);
        Assert.Equal([7, 6, 5], first.Items.Select(entry => entry.Points));
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 8));
        var second = await Store.List(Account, first.Next, 3);
        Assert.Equal([4, 3, 2], second.Items.Select(entry => entry.Points));
        var third = await Store.List(Account, second.Next, 3);
        Assert.Equal([1], third.Items.Select(entry => entry.Points));
        Assert.Null(third.Next);
    }

    [Fact]
    public async Task An_entry_says_what_it_is_about_and_what_was_left()
    {
        var may = LedgerSteps.At.AddDays(1);
        var earned = LedgerSteps.Earn(_shop, _mina, 100, may);
        await ledger.Post(earned);
        await ledger.Post(LedgerSteps.Spend(_shop, _mina, new LotPart(may, 40)) with { Note = "note", Operator = "who" });
        var entries = (await Store.List(Account, after: null, 10)).Items;
        Assert.Equal(new LedgerEntry(earned.Id, 1, EntryKind.Earn, 100, 100, "till 1", LedgerSteps.At, may, null, null), entries[1]);
        Assert.Equal(
            (2L, EntryKind.Redemption, -40L, 60L, "hold 1", (DateTimeOffset?)null, "note", "who"),
            (entries[0].Seq, entries[0].Kind, entries[0].Points, entries[0].BalanceAfter, entries[0].Reference, entries[0].ExpiresAt,
                entries[0].Note, entries[0].Operator));
    }

    [Fact]
    public async Task A_statement_has_all_lines_from_the_oldest()
    {
        for (var i = 1; i <= 7; i++)
            await ledger.Post(LedgerSteps.Earn(_shop, _mina, i));
        foreach (var page in (int[])[1, 3, 7, 100])
            Assert.Equal([1, 2, 3, 4, 5, 6, 7], await Store.Statement(Account, page).Select(entry => entry.Seq).ToListAsync());
        Assert.Empty(await Store.Statement(LedgerAccount.Owed(_shop, _mina), 10).ToListAsync());
        Assert.True(await Store.Exists(Account));
        Assert.False(await Store.Exists(LedgerAccount.Owed(_shop, _mina)));
    }

    [Fact]
    public async Task Shops_of_a_person_are_listed_once_and_page_by_page()
    {
        var shops = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var shop in shops)
            await ledger.Post(LedgerSteps.Earn(shop, _mina, 10), LedgerSteps.Spend(shop, _mina, new LotPart(null, 10)));
        await ledger.Post(new LedgerTransaction(Guid.CreateVersion7(), shops[0], "refund", LedgerSteps.At,
            [new(LedgerAccount.Owed(shops[0], _mina), EntryKind.ClawBack, -7), new(LedgerAccount.Issued(shops[0]), EntryKind.ClawBack, 7)]));
        var first = await Store.ShopsOf(_mina, after: null, 3);
        var second = await Store.ShopsOf(_mina, first.Next, 3);
        Assert.Equal((3, 2, null), (first.Items.Length, second.Items.Length, second.Next));
        Assert.Equal(shops.Order(), first.Items.Concat(second.Items).Order());
    }

    [Fact]
    public async Task A_page_is_read_by_index()
    {
        await using var connection = await ledger.Source.OpenConnectionAsync();
        await using var explain = new NpgsqlCommand(
            $"""
            SET enable_seqscan = off; SET enable_bitmapscan = off;
            EXPLAIN SELECT l.seq, t.reference FROM ledger_lines l JOIN ledger_transactions t ON t.id = l.transaction_id
            WHERE l.account_id = '{Account.Id}' AND l.seq < 1000 ORDER BY l.seq DESC LIMIT 20
            """,
            connection);
        var plan = await explain.ReadPlanAsync();
        Assert.Contains("Index Scan Backward using ledger_lines_by_account", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }
}
