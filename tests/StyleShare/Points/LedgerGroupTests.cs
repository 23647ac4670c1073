using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Tests.Points;

/// <summary>How the ledger's statements stand in a group: once each, accounts before heads before lines before lots.</summary>
[Trait("Pooler", "transaction")]
public sealed class LedgerGroupTests
{
    private static readonly string[] Order = ["point_accounts_open", "ledger_transactions_add", "ledger_lines_add", "point_lots_move"];
    private static readonly Guid Shop = Guid.CreateVersion7();

    private static readonly Statement<Guid> Unordered = new(
        "unordered", "DELETE FROM nothing USING rows", Expect.Any, Column.Uuid<Guid>("id", id => id))
    {
        Table = "nothing",
        Key = id => id.GetHashCode(),
    };

    // Like a row of state: it keeps its place among all statements of its change.
    private static readonly Statement<Guid> Barrier = new(
        "barrier", "DELETE FROM nothing USING rows", Expect.Any, Column.Uuid<Guid>("id", id => id));

    [Fact]
    public void Each_statement_is_executed_once_however_many_transactions_there_are()
    {
        var group = new CommitGroup();
        for (var i = 0; i < 200; i++)
            group.Add(Posting(i % 3 == 0, earnings: i % 4));
        Assert.Equal(Order, group.Executions.Select(execution => execution.Statement.Name).Except(["unordered"]));
    }

    [Fact]
    public void Behind_whatever_stands_in_the_group_the_order_is_the_same()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var group = new CommitGroup();
            for (var i = 0; i < 30; i++)
            {
                var change = Posting(random.Next(2) == 0, random.Next(3));
                var other = new Change();
                if (random.Next(3) == 0)
                    other.Add(Barrier, Guid.NewGuid());
                if (random.Next(3) == 0)
                    other.Post(Debt());
                if (random.Next(3) == 0)
                    other.Add(Barrier, Guid.NewGuid());
                group.Add(change);
                group.Add(other);
            }

            // Where a barrier parts them there are several rows of four, each in order.
            var names = group.Executions.Select(execution => execution.Statement.Name).Where(Order.Contains).ToArray();
            Assert.Equal(Enumerable.Range(0, names.Length / Order.Length).SelectMany(_ => Order), names);
        }
    }

    private static Change Posting(bool withOther, int earnings)
    {
        var change = new Change();
        if (withOther)
            change.Add(Unordered, Guid.NewGuid());
        if (earnings == 0)
            change.Post(Debt());
        for (var i = 0; i < earnings; i++)
            change.Post(LedgerSteps.Earn(Shop, Guid.NewGuid(), 10));
        return change;
    }

    // It moves no lot.
    private static LedgerTransaction Debt() => new(Guid.CreateVersion7(), Shop, "refund", LedgerSteps.At,
        [new(LedgerAccount.Owed(Shop, Guid.NewGuid()), EntryKind.ClawBack, -7), new(LedgerAccount.Issued(Shop), EntryKind.ClawBack, 7)]);
}
