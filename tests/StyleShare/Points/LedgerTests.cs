using StyleShare.Points;

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
}
