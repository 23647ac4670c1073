using Orleans.Storage;
using StyleShare.Points;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

/// <summary>What posting to the ledger promises.</summary>
public sealed class LedgerTests(LedgerSteps ledger) : IClassFixture<LedgerSteps>
{
    private readonly Guid _shop = Guid.CreateVersion7();
    private readonly Guid _mina = Guid.CreateVersion7();

    private LedgerAccount Account => LedgerAccount.Member(_shop, _mina);

    [Fact]
    public async Task Lines_add_up_to_the_balance_and_lots_are_filled_and_drained()
    {
        var may = LedgerSteps.At.AddDays(1);
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100, may));
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 30));
        Assert.Equal((130, 2), await ledger.Account(Account));
        Assert.Equal([new LotPart(may, 100), new LotPart(null, 30)], await ledger.Lots(Account));

        await ledger.Post(LedgerSteps.Spend(_shop, _mina, new(may, 100), new(null, 10)));
        Assert.Equal((20, 3), await ledger.Account(Account));
        Assert.Equal([new LotPart(null, 20)], await ledger.Lots(Account));
    }

    [Fact]
    public async Task A_transaction_is_posted_once()
    {
        var id = Guid.CreateVersion7();
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 100, id: id));
        var both = new[] { ledger.Post(LedgerSteps.Earn(_shop, _mina, 100, id: id)), ledger.Post(LedgerSteps.Earn(_shop, _mina, 1)) };
        var refused = await Assert.ThrowsAsync<ChangeRefusedException>(() => both[0]);
        Assert.Equal("ledger_transactions_pkey", refused.Constraint);
        await both[1];
        Assert.Equal((101, 2), await ledger.Account(Account));
        Assert.Equal([new LotPart(null, 101)], await ledger.Lots(Account));
    }

    [Fact]
    public async Task One_change_may_post_several_transactions_of_one_account()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 10));
        await ledger.Post(
            LedgerSteps.Earn(_shop, _mina, 5), LedgerSteps.Spend(_shop, _mina, new LotPart(null, 12)), LedgerSteps.Earn(_shop, _mina, 5));
        Assert.Equal((8, 4), await ledger.Account(Account));
        Assert.Equal([new LotPart(null, 8)], await ledger.Lots(Account));
    }

    [Fact]
    public async Task An_account_may_be_opened_by_many_silos_at_the_same_moment()
    {
        const int Silos = 4;
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => TestStorage.StartAsync(ledger.Database.ConnectionString)));
        try
        {
            // Rarely do two come so close that each finds no row and then meets the other's: it took some hundreds of rounds.
            for (var round = 0; round < 2_000; round++)
            {
                var person = Guid.CreateVersion7();
                await Task.WhenAll(silos.Select(silo =>
                {
                    var change = new Change();
                    change.Post(LedgerSteps.Earn(_shop, person, 7));
                    return silo.Committer.Commit(change);
                }));
                Assert.Equal((7 * Silos, Silos), await ledger.Account(LedgerAccount.Member(_shop, person)));
            }
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_debit_of_points_that_are_not_there_is_stale()
    {
        var may = LedgerSteps.At.AddDays(1);
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 10), LedgerSteps.Earn(_shop, _mina, 10, may));

        // The balance would do, the lot does not; and this lot was never there.
        await Assert.ThrowsAsync<InconsistentStateException>(() => ledger.Post(LedgerSteps.Spend(_shop, _mina, new LotPart(may, 11))));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => ledger.Post(LedgerSteps.Spend(_shop, _mina, new LotPart(may.AddDays(1), 1))));
        var overdrawn = await Assert.ThrowsAsync<ChangeRefusedException>(
            () => ledger.Post(LedgerSteps.Spend(_shop, _mina, new LotPart(null, 21))));
        Assert.Equal("point_accounts_balance", overdrawn.Constraint);
        Assert.Equal((20, 2), await ledger.Account(Account));
    }

    [Fact]
    public async Task A_balance_does_not_overflow()
    {
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, long.MaxValue));
        var refused = await Assert.ThrowsAsync<ChangeRefusedException>(() => ledger.Post(LedgerSteps.Earn(_shop, _mina, 1)));
        Assert.Equal("22003", refused.SqlState);
        Assert.Equal((long.MaxValue, 1), await ledger.Account(Account));
    }

    [Fact]
    public async Task What_is_owed_is_below_zero_and_settled_by_points()
    {
        var owed = LedgerAccount.Owed(_shop, _mina);
        await ledger.Post(new LedgerTransaction(Guid.CreateVersion7(), _shop, "refund 1", LedgerSteps.At,
            [new(owed, EntryKind.ClawBack, -7), new(LedgerAccount.Issued(_shop), EntryKind.ClawBack, 7)]));
        Assert.Equal((-7, 1), await ledger.Account(owed));
        await ledger.Post(LedgerSteps.Earn(_shop, _mina, 10), Settle(7));
        Assert.Equal((0, 2), await ledger.Account(owed));
        Assert.Equal((3, 2), await ledger.Account(Account));
        Assert.Equal("point_accounts_balance", (await Assert.ThrowsAsync<ChangeRefusedException>(() => ledger.Post(Settle(1)))).Constraint);

        LedgerTransaction Settle(long points) => new(Guid.CreateVersion7(), _shop, "settlement", LedgerSteps.At,
            [new(Account, EntryKind.Settlement, -points, [new(null, -points)]), new(owed, EntryKind.Settlement, points)]);
    }

    [Fact]
    public async Task Lanes_that_write_the_same_accounts_in_any_order_lose_nothing_and_never_deadlock()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var other = await TestStorage.StartAsync(ledger.Database.ConnectionString, options => options.Lanes = 3);
        var people = Enumerable.Range(0, 40).Select(_ => Guid.CreateVersion7()).ToArray();
        var expected = new Dictionary<Guid, (long Points, long Lines)>();
        var posted = new List<LedgerTransaction>();
        for (var i = 0; i < 3_000; i++)
        {
            random.Shuffle(people);
            var chosen = people[..random.Next(1, 6)];
            var points = chosen.Select(_ => (long)random.Next(1, 1_000)).ToArray();
            posted.Add(new LedgerTransaction(Guid.CreateVersion7(), _shop, $"till {i}", LedgerSteps.At,
                [
                    .. chosen.Select((user, n) => new LedgerLine(
                        LedgerAccount.Member(_shop, user), EntryKind.Share, points[n], [new(LedgerSteps.At.AddDays(random.Next(3)), points[n])])),
                    new(LedgerAccount.Issued(_shop), EntryKind.Share, -points.Sum()),
                ]));
            foreach (var (user, given) in chosen.Zip(points))
                expected[user] = (expected.GetValueOrDefault(user).Points + given, expected.GetValueOrDefault(user).Lines + 1);
        }

        var before = await Deadlocks();
        await Task.WhenAll(posted.Select((transaction, i) => Commit(i % 2 == 0 ? ledger.Committer : other.Committer, transaction)));
        foreach (var (user, (points, lines)) in expected)
        {
            var account = LedgerAccount.Member(_shop, user);
            Assert.Equal((points, lines), await ledger.Account(account));
            Assert.Equal(points, (await ledger.Lots(account)).Sum(lot => lot.Points));
        }

        Assert.Equal(before, await Deadlocks());

        static Task Commit(ICommitter committer, LedgerTransaction transaction)
        {
            var change = new Change();
            change.Post(transaction);
            return committer.Commit(change);
        }

        Task<long> Deadlocks() =>
            ledger.Database.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    [Fact]
    public void Ids_of_accounts_follow_from_what_they_are()
    {
        var shop = Guid.Parse("0199d1a6-3000-7f65-9b7a-be6c7d8e9fab");
        var user = Guid.Parse("0199d1a6-3001-7f65-9b7a-be6c7d8e9fab");
        Assert.Equal(LedgerAccount.Member(shop, user), LedgerAccount.Member(shop, user));
        LedgerAccount[] all =
        [
            LedgerAccount.Member(shop, user), LedgerAccount.Member(user, shop), LedgerAccount.Owed(shop, user), LedgerAccount.Issued(shop),
            LedgerAccount.Redeemed(shop), LedgerAccount.Expired(shop), LedgerAccount.Unclaimed(shop), LedgerAccount.Corrected(shop),
        ];
        Assert.Equal(all.Length, all.Select(account => account.Id).Distinct().Count());
        Assert.All(all, account => Assert.Equal(8, account.Id.Version));
    }

    [Fact]
    public void What_is_no_transaction_is_found_before_the_database_sees_it()
    {
        var earn = LedgerSteps.Earn(_shop, _mina, 10);
        var (issued, line) = (earn.Lines[0], earn.Lines[1]);
        LedgerTransaction[] wrong =
        [
            earn with { Lines = [] },
            earn with { Lines = [line] },
            earn with { Lines = [issued with { Points = -9 }, line] },
            earn with { Lines = [issued with { Points = 0 }, line with { Points = 0, Lots = [] }] },
            earn with { Lines = [issued, line with { Lots = [] }] },
            earn with { Lines = [issued, line with { Lots = [new(null, 9)] }] },
            earn with { Lines = [issued, line with { Lots = [new(null, 11), new(LedgerSteps.At, -1)] }] },
            earn with { Lines = [issued with { Lots = [new(null, -10)] }, line] },
            earn with { Lines = [issued with { Account = LedgerAccount.Issued(_mina) }, line] },
            earn with { Lines = [issued with { Points = long.MinValue }, line with { Points = long.MaxValue, Lots = [new(null, long.MaxValue)] }] },
            earn with { Reference = new string('x', LedgerTransaction.MaxReference + 1) },
        ];
        Assert.Same(earn, earn.Checked());
        Assert.All(wrong, transaction => Assert.Throws<InvalidOperationException>(transaction.Checked));
    }
}
