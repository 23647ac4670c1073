using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.Purchases;

public sealed class RefundTests(PurchaseSteps steps) : IClassFixture<PurchaseSteps>
{
    [Fact]
    public async Task Refunds_at_once_take_back_all_that_was_given_and_not_a_point_more()
    {
        var shop = await steps.OpenShop(PurchaseSteps.Program with { EarnBps = 777, SharePoolBps = 333 });
        var sharer = await steps.Somebody();
        var buyer = await steps.Brought(shop, sharer);
        var bought = await steps.Buy(shop, buyer, 99_991);
        var amounts = Enumerable.Repeat(9_999L, 12).ToArray();
        var codes = await Task.WhenAll(amounts.Select(async amount =>
        {
            try
            {
                await steps.Refund(bought.Purchase, amount);
                return "done";
            }
            catch (Refusal e)
            {
                return e.Code;
            }
        }));

        Assert.Equal(10, codes.Count(code => code == "done"));
        Assert.Equal(2, codes.Count(code => code == "refund_exceeds_purchase"));
        var last = await steps.Refund(bought.Purchase);
        Assert.Equal(1, last.Refund.Amount);
        await PurchaseSteps.Refused("already_refunded", () => steps.Refund(bought.Purchase));
        await PurchaseSteps.Refused("already_refunded", () => steps.Refund(bought.Purchase, 1));
        // What takes longer than a refund waits for, a job takes back.
        await PurchaseSteps.Until(async () => await steps.Available(shop, buyer) == 0 && await steps.Available(shop, sharer) == 0);
        Assert.Equal(0, await steps.Database.ScalarAsync<decimal>(
            $"SELECT sum(l.points) FROM ledger_lines l JOIN point_accounts a ON a.id = l.account_id WHERE a.merchant_id = '{shop}' AND a.kind = 13"));
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task What_was_spent_meanwhile_is_owed_and_taken_from_what_is_earned_next()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        var bought = await steps.Buy(shop, buyer, 100_000);
        var hold = await steps.Account(shop, buyer).Hold(4_000, null);
        await steps.Account(shop, buyer).Capture(hold.Id, null, null);

        var refunded = await steps.Refund(bought.Purchase);
        Assert.Equal(new PurchasePart(buyer, 0, 5_000), Assert.Single(refunded.ClawedBack));
        await PurchaseSteps.Until(async () => (await steps.Account(shop, buyer).Balance()) is { Balance: 0, Owed: 4_000 });

        await steps.Buy(shop, buyer, 60_000);
        await PurchaseSteps.Until(async () => (await steps.Account(shop, buyer).Balance()) is { Owed: 1_000, Balance: 0 });
        await steps.Buy(shop, buyer, 60_000);
        await PurchaseSteps.Until(async () => (await steps.Account(shop, buyer).Balance()) is { Owed: 0, Balance: 2_000 });
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_purchase_is_refunded_by_its_shop_alone()
    {
        var bought = await steps.Buy(await steps.OpenShop(), await steps.Somebody(), 1_000);
        var other = await steps.OpenShop();
        await PurchaseSteps.Refused("purchase_not_found", () => steps.Refund(bought.Purchase with { MerchantId = other }));
        await PurchaseSteps.Refused("purchase_not_found", () => steps.Refund(bought.Purchase with { Id = Guid.NewGuid() }));
    }

    [Fact]
    public async Task Refunds_on_two_silos_at_once_are_fenced_off_from_each_other()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        var bought = await steps.Buy(shop, buyer, 100_000);
        var done = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return (await steps.Refund(bought.Purchase, 30_000, i % 2 == 0 ? steps.Silo : other)).Refund.Amount;
            }
            catch (Exception e) when (e is Refusal or Orleans.Storage.InconsistentStateException)
            {
                return 0;
            }
        }));
        Assert.InRange(done.Sum(), 30_000, 90_000);
        Assert.Equal(done.Sum(), await steps.Database.ScalarAsync<long>($"SELECT refunded FROM purchases WHERE id = '{bought.Purchase.Id}'"));

        // What an account on one silo could not take from under the other, the job takes.
        await PurchaseSteps.Until(async () => await Balance(shop, buyer) == 5_000 - done.Sum() / 20);
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task What_a_silo_that_died_behind_the_refund_did_not_take_back_a_job_does()
    {
        await using var database = await TestDatabase.CreateAsync();
        var bought = await RefundAndDie(database);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM refunds"));
        Assert.Equal(5_000, await Balance(bought.MerchantId, bought.UserId, database));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM audit_purchases"));

        await using var next = await StyleShareCluster.StartAsync(database);
        await PurchaseSteps.Until(async () => await Balance(bought.MerchantId, bought.UserId, database) == 2_500);
        await PurchaseSteps.Until(async () => await database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'claw-back'") == 0);
        Assert.Empty((await next.Services.GetRequiredService<LedgerAudit>().Run()).Problems);
    }

    // A silo whose accounts do not get to take anything back before it dies.
    private static async Task<PurchaseView> RefundAndDie(TestDatabase database)
    {
        var held = new HeldClawBacks();
        await using var silo = await StyleShareCluster.StartAsync(
            database,
            [new("StyleShare:Jobs:Enabled", "false"), new("StyleShare:Purchases:TellFor", "00:00:30"), new("StyleShare:Purchases:ClawBackRetry", "00:00:00")],
            services => services.AddSingleton<IIncomingGrainCallFilter>(held));
        var shop = await PurchaseSteps.OpenShop(silo);
        var bought = (await PurchaseSteps.RecordOn(silo, PurchaseSteps.Command(shop, await silo.Somebody(), 100_000))).Purchase;
        _ = silo.Grains.GetGrain<IPurchaseGrain>(bought.Id).Refund(new(bought.MerchantId, 50_000, null));
        await held.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await silo.KillAsync();
        return bought;
    }

    private Task<long> Balance(Guid shop, Guid user) => Balance(shop, user, steps.Database);

    private static Task<long> Balance(Guid shop, Guid user, TestDatabase database) => database.ScalarAsync<long>(
        $"SELECT balance FROM point_accounts WHERE id = '{LedgerAccount.Member(shop, user).Id}'");

    private sealed class HeldClawBacks : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(IMemberAccountGrain.ClawBack))
            {
                _reached.TrySetResult();
                await new TaskCompletionSource().Task;
            }

            await context.Invoke();
        }
    }
}
