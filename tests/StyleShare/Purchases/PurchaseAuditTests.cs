using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Shares;
using StyleShare.Shops;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.Purchases;

/// <summary>The view by which operators see whether purchases, refunds and the ledger say the same.</summary>
public sealed class PurchaseAuditTests(PurchaseSteps steps) : IClassFixture<PurchaseSteps>
{
    [Fact]
    public async Task After_any_history_of_purchases_refunds_and_spending_the_audit_is_clean()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var shops = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => steps.OpenShop(AnyProgram(random))));
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => steps.Somebody()));
        foreach (var shop in shops)
        {
            for (var i = 1; i < people.Length; i++)
                await steps.Silo.Grains.GetGrain<IReferralGrain>(MemberKeys.Of(shop, people[i])).Touch(people[random.Next(i)], Guid.NewGuid());
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Live(new Random(random.Next()), shops, people)));
        var problems = await steps.Audit();
        Assert.True(problems.Length == 0, $"seed {seed}: {string.Join('\n', problems)}");
    }

    [Theory]
    [InlineData("UPDATE purchases SET earned = earned + 1 WHERE id = '{0}'", "purchase_not_as_posted")]
    [InlineData("UPDATE purchases SET unclaimed = 0 WHERE id = '{0}'", "purchase_not_as_posted")]
    [InlineData("UPDATE purchases SET distributed = NULL WHERE id = '{0}'", "purchase_not_as_posted")]
    [InlineData("UPDATE purchases SET refunded = refunded + 1 WHERE id = '{0}'", "refunds_not_as_said")]
    [InlineData("UPDATE refunds SET unclaimed = unclaimed + 1 WHERE purchase_id = '{0}'", "unclaimed_not_in_proportion")]
    [InlineData("UPDATE refunds SET unclaimed = unclaimed + 1 WHERE purchase_id = '{0}'", "refund_not_as_posted")]
    [InlineData("UPDATE refund_parts SET points = points + 1 WHERE refund_id IN (SELECT id FROM refunds WHERE purchase_id = '{0}')", "part_not_in_proportion")]
    [InlineData("UPDATE refund_parts SET points = points + 1 WHERE refund_id IN (SELECT id FROM refunds WHERE purchase_id = '{0}')", "part_not_as_posted")]
    [InlineData("DELETE FROM refund_parts WHERE refund_id IN (SELECT id FROM refunds WHERE purchase_id = '{0}')", "part_not_in_proportion")]
    public async Task Whatever_somebody_changes_by_hand_is_named(string sql, string problem)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var silo = await StyleShareCluster.StartAsync(database);
        var shop = await PurchaseSteps.OpenShop(silo);
        var (buyer, sharer) = (await silo.Somebody(), await silo.Somebody());
        await silo.Grains.GetGrain<IReferralGrain>(MemberKeys.Of(shop, buyer)).Touch(sharer, Guid.NewGuid());
        var bought = (await PurchaseSteps.RecordOn(silo, PurchaseSteps.Command(shop, buyer, 100_000))).Purchase;
        await silo.Grains.GetGrain<IPurchaseGrain>(bought.Id).Refund(new(shop, 50_000, null));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM audit_purchases"));

        // A job that still waits would take a claw-back to be on its way.
        await database.ExecuteAsync("DELETE FROM jobs WHERE kind = 'claw-back'");
        await database.ExecuteAsync(string.Format(null, sql, bought.Id));
        Assert.NotEqual(0, await database.ScalarAsync<long>($"SELECT count(*) FROM audit_purchases WHERE problem = '{problem}'"));
    }

    private async Task Live(Random random, Guid[] shops, Guid[] people)
    {
        var bought = new List<PurchaseView>();
        for (var i = 0; i < 25; i++)
        {
            var (shop, person) = (shops[random.Next(shops.Length)], people[random.Next(people.Length)]);
            try
            {
                if (bought.Count > 0 && random.Next(3) == 0)
                {
                    var of = bought[random.Next(bought.Count)];
                    await steps.Refund(of, random.Next(2) == 0 ? null : random.NextInt64(1, of.Amount));
                }
                else if (random.Next(4) == 0)
                {
                    var hold = await steps.Account(shop, person).Hold(random.NextInt64(1, 2_000), null);
                    await steps.Account(shop, person).Capture(hold.Id, null, null);
                }
                else
                {
                    bought.Add((await steps.Buy(shop, person, random.NextInt64(1, 100_000))).Purchase);
                }
            }
            catch (Refusal e) when (e.Kind is RefusalKind.Conflict or RefusalKind.Unprocessable)
            {
                // Not so many points, or not so much left.
            }
        }
    }

    private static PointsProgram AnyProgram(Random random) => new(
        random.Next(1, 3_000), random.Next(1, 3_000), [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 101))],
        (UnclaimedShare)random.Next(2), random.Next(2) == 0 ? null : random.Next(1, 400), MinRedeem: 1,
        random.Next(3) == 0 ? random.NextInt64(1_000) : null, Active: true);
}
