using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using StyleShare.Accounts;
using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Shares;
using StyleShare.Shops;
using StyleShare.Testing;

namespace StyleShare.Tests.Purchases;

[Trait("Pooler", "transaction")]
public sealed class PurchaseGrainTests(PurchaseSteps steps) : IClassFixture<PurchaseSteps>
{
    [Fact]
    public async Task A_purchase_gives_the_buyer_and_those_who_brought_them_in_their_points_at_once()
    {
        var shop = await steps.OpenShop();
        var second = await steps.Somebody();
        var first = await steps.Brought(shop, second);
        var buyer = await steps.Brought(shop, first);
        var recorded = await steps.Buy(shop, buyer, 100_000);

        Assert.Equal(5_000, recorded.Purchase.Earned);
        Assert.Equal([new(first, 1, 1_400), new(second, 2, 400)], recorded.Distributed);
        Assert.Equal(5_000, await steps.Available(shop, buyer));
        Assert.Equal(1_400, await steps.Available(shop, first));
        Assert.Equal(400, await steps.Available(shop, second));
        var expiring = Assert.Single((await steps.Account(shop, buyer).Balance()).Expiring);
        Assert.Equal(TimeSpan.Zero, expiring.ExpiresAt.TimeOfDay);
        Assert.InRange(expiring.ExpiresAt - recorded.Purchase.CreatedAt, TimeSpan.FromDays(365), TimeSpan.FromDays(366));

        // Issued, three members, and the level at which nobody was: one transaction.
        Assert.Equal(5, await steps.Count($"ledger_lines WHERE transaction_id IN (SELECT transaction_id FROM purchases WHERE id = '{recorded.Purchase.Id}')"));
        Assert.Equal(1, await steps.Count($"purchases WHERE id = '{recorded.Purchase.Id}' AND unclaimed = 200"));
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task The_same_reference_from_a_hundred_at_once_on_two_silos_is_one_purchase()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        var command = PurchaseSteps.Command(shop, buyer, 20_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
            await steps.Record(command with { Request = PurchaseSteps.NewKey() }, i % 2 == 0 ? steps.Silo : other)));

        var first = answers[0].Purchase;
        Assert.All(answers, answer => Assert.Equal((first.Id, first.CreatedAt, 1_000), (answer.Purchase.Id, answer.Purchase.CreatedAt, answer.Purchase.Earned)));
        Assert.Equal(1, await steps.Count($"purchases WHERE merchant_id = '{shop}'"));
        Assert.Equal(1_000, await steps.Available(shop, buyer));
        Assert.Equal(1, await steps.Count($"ledger_transactions WHERE merchant_id = '{shop}'"));
    }

    [Fact]
    public async Task A_reference_belongs_to_one_amount_and_one_person()
    {
        var (shop, buyer, other) = (await steps.OpenShop(), await steps.Somebody(), await steps.Somebody());
        var command = PurchaseSteps.Command(shop, buyer, 20_000);
        await steps.Record(command);
        await PurchaseSteps.Refused("reference_reused", () => steps.Record(command with { Amount = 20_001, Request = null }));
        await PurchaseSteps.Refused("reference_reused", () => steps.Record(command with { UserId = other, Request = null }));

        // Another shop may call its purchases as it likes.
        var elsewhere = await steps.Record(command with { MerchantId = await steps.OpenShop(), Request = null });
        Assert.NotEqual(PurchaseKeys.Of(shop, command.Reference), elsewhere.Purchase.Id);
        Assert.Equal(1_000, await steps.Available(shop, buyer));
    }

    [Fact]
    public async Task The_answer_stays_when_the_buyer_is_gone_or_the_terms_are_others()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        var command = PurchaseSteps.Command(shop, buyer, 20_000);
        var first = await steps.Record(command);
        await steps.Silo.Grains.GetGrain<IAccountGrain>(buyer).Erase();
        var again = await steps.Record(command with { Request = null });
        Assert.Equal((first.Purchase.Id, first.Purchase.Earned), (again.Purchase.Id, again.Purchase.Earned));
        await PurchaseSteps.Refused("unknown_user", () => steps.Buy(shop, buyer, 20_000));
        await PurchaseSteps.Refused("unknown_user", () => steps.Buy(shop, Guid.NewGuid(), 20_000));
        await PurchaseSteps.Refused("merchant_not_found", () => steps.Buy(Guid.NewGuid(), buyer, 20_000));
        Assert.Equal(1, await steps.Count($"purchases WHERE merchant_id = '{shop}'"));
    }

    [Fact]
    public async Task A_request_that_was_answered_is_refused_by_its_key_and_leaves_nothing()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        var command = PurchaseSteps.Command(shop, buyer, 20_000);
        await steps.Record(command);
        await Assert.ThrowsAsync<InconsistentStateException>(() => steps.Record(command with { Reference = "another one" }));
        await Assert.ThrowsAsync<InconsistentStateException>(() => steps.Record(command));
        Assert.Equal(1, await steps.Count($"purchases WHERE merchant_id = '{shop}'"));
        Assert.Equal(1_000, await steps.Available(shop, buyer));
    }

    [Fact]
    public async Task New_terms_hold_for_what_is_bought_from_then_on()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        var before = await steps.Buy(shop, buyer, 10_000);
        var edit = new ProgramEdit(1_000, 0, null, null, null, false, null, null, false, null);
        var owner = (await steps.Silo.Grains.GetGrain<IMerchantGrain>(shop).Terms())!.OwnerId;
        await steps.Silo.Grains.GetGrain<IMerchantGrain>(shop).Edit(new(owner, null, edit, null));
        Assert.Equal(1_000, (await steps.Buy(shop, buyer, 10_000)).Purchase.Earned);
        await steps.Silo.Grains.GetGrain<IMerchantGrain>(shop).Edit(new(owner, null, edit with { Active = false }, null));
        var none = await steps.Buy(shop, buyer, 10_000);
        Assert.Equal(0, none.Purchase.Earned);
        Assert.Equal(1_500, await steps.Available(shop, buyer));

        // What a refund takes back is what was given, whatever the terms are by then.
        Assert.Equal(new PurchasePart(buyer, 0, 500), Assert.Single((await steps.Refund(before.Purchase)).ClawedBack));
        Assert.Empty((await steps.Refund(none.Purchase)).ClawedBack);
        Assert.Equal(1_000, await steps.Available(shop, buyer));
    }

    [Fact]
    public async Task A_member_code_is_good_for_one_purchase_and_its_retry_is_that_purchase()
    {
        var (shop, buyer) = (await steps.OpenShop(), await steps.Somebody());
        var code = await steps.Silo.Services.GetRequiredService<TillCodes>().IssueMember(buyer);
        var command = PurchaseSteps.Command(shop, buyer, 20_000) with { UserId = null, MemberCode = code.Code };
        var recorded = await steps.Record(command);
        Assert.Equal(buyer, recorded.Purchase.UserId);
        Assert.Equal(recorded.Purchase.Id, (await steps.Record(command with { Request = PurchaseSteps.NewKey() })).Purchase.Id);
        await PurchaseSteps.Refused("unknown_member_code", () => steps.Record(command with { Reference = "another one" }));
        Assert.Equal(1_000, await steps.Available(shop, buyer));
    }

    [Fact]
    public async Task A_share_code_at_the_till_brings_the_buyer_in_for_this_purchase_and_later_ones()
    {
        var (shop, sharer, buyer) = (await steps.OpenShop(), await steps.Somebody(), await steps.Somebody());
        var share = await steps.Silo.Services.GetRequiredService<Sharing>().ShareMerchant(sharer, shop, ShareChannel.Link, "", null);
        var command = PurchaseSteps.Command(shop, buyer, 100_000);
        await PurchaseSteps.Refused("unknown_share_code", () => steps.Record(command with { ShareCode = "0000000000AA" }));
        Assert.Equal(0, await steps.Count($"purchases WHERE merchant_id = '{shop}'"));

        var recorded = await steps.Record(command with { ShareCode = share.Code });
        Assert.Equal([new(sharer, 1, 1_400)], recorded.Distributed);
        Assert.Equal([new(sharer, 1, 1_400)], (await steps.Buy(shop, buyer, 100_000)).Distributed);
        var own = await steps.Record(PurchaseSteps.Command(shop, sharer, 100_000) with { ShareCode = share.Code });
        Assert.Empty(own.Distributed);
        Assert.Equal(2_800 + 5_000, await steps.Available(shop, sharer));
        var elsewhere = PurchaseSteps.Command(await steps.OpenShop(), buyer, 100_000);
        await PurchaseSteps.Refused("unknown_share_code", () => steps.Record(elsewhere with { ShareCode = share.Code }));
    }
}
