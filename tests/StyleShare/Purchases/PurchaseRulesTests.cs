using System.Collections.Immutable;
using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Shops;

namespace StyleShare.Tests.Purchases;

/// <summary>How many points go where; on purchases at random, whose seed is in the message of a failure.</summary>
public sealed class PurchaseRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid Shop = Guid.NewGuid();
    private static readonly Guid Buyer = Guid.NewGuid();
    private static readonly PointsProgram Program = PointsProgram.Earning(500) with { SharePoolBps = 200, ShareSplit = [70, 20, 10] };

    [Theory]
    [InlineData(10_000, 500, null, 500)]
    [InlineData(19, 500, null, 0)]
    [InlineData(20, 500, null, 1)]
    [InlineData(39, 500, null, 1)]
    [InlineData(10_000, 500, 400L, 400)]
    [InlineData(10_000, 500, 0L, 0)]
    [InlineData(1_000_000_000_000, 10_000, null, 1_000_000_000_000)]
    public void The_buyer_earns_the_whole_part_up_to_the_cap(long amount, int bps, long? most, long earned) =>
        Assert.Equal(earned, PurchaseRules.Earn(PointsProgram.Earning(bps) with { MaxPerPurchase = most }, amount));

    [Fact]
    public void A_program_that_is_not_active_gives_nothing()
    {
        var purchase = Buy(100_000, Program with { Active = false }, Guid.NewGuid(), Guid.NewGuid());
        Assert.Null(purchase.Given);
        Assert.Equal((0, 0), (purchase.Purchase.Earned, purchase.Purchase.Unclaimed));
        Assert.Empty(purchase.Purchase.Distributed);
    }

    [Theory]
    [InlineData(100, new[] { 70, 20, 10 }, new long[] { 70, 20, 10 })]
    [InlineData(1, new[] { 70, 20, 10 }, new long[] { 1, 0, 0 })]
    [InlineData(2, new[] { 1, 1, 1 }, new long[] { 1, 1, 0 })]
    [InlineData(10, new[] { 1, 1, 1 }, new long[] { 4, 3, 3 })]
    [InlineData(5, new[] { 50, 25, 25 }, new long[] { 3, 1, 1 })]
    [InlineData(7, new[] { 50, 25, 25 }, new long[] { 3, 2, 2 })]
    [InlineData(0, new[] { 1, 2 }, new long[] { 0, 0 })]
    public void A_pool_is_split_by_largest_remainder_and_ties_go_to_the_lower_level(long pool, int[] weights, long[] parts) =>
        Assert.Equal(parts, PurchaseRules.Split(pool, [.. weights]));

    [Fact]
    public void However_a_pool_is_split_not_a_point_is_lost_or_made_and_nobody_is_off_by_one() => Randomly((random, seed) =>
    {
        ImmutableArray<int> weights = [.. Enumerable.Range(0, random.Next(1, 11)).Select(_ => random.Next(1, 10_001))];
        var pool = random.NextInt64(random.Next(2) == 0 ? 100 : PointsProgram.MaxAmount);
        var parts = PurchaseRules.Split(pool, weights);
        Assert.True(pool == parts.Sum(), seed);
        var whole = (Int128)weights.Sum();
        for (var i = 0; i < parts.Length; i++)
        {
            Assert.True(parts[i] >= (long)(pool * (Int128)weights[i] / whole), seed);
            Assert.True(parts[i] <= (long)((pool * (Int128)weights[i] + whole - 1) / whole), seed);
        }
    });

    [Fact]
    public void The_parts_of_missing_levels_go_to_the_shop_or_to_the_buyer()
    {
        var (first, third) = (Guid.NewGuid(), Guid.NewGuid());
        var kept = Buy(100_000, Program, first, null, third);
        Assert.Equal([new(first, 1, 1_400), new(third, 3, 200)], kept.Purchase.Distributed);
        Assert.Equal((5_000, 400), (kept.Purchase.Earned, kept.Purchase.Unclaimed));
        Assert.Equal(400, kept.Given!.Lines.Single(line => line.Account == LedgerAccount.Unclaimed(Shop)).Points);

        var given = Buy(100_000, Program with { UnclaimedShare = UnclaimedShare.Buyer }, first, null, third);
        Assert.Equal([new(Buyer, 0, 400), new(first, 1, 1_400), new(third, 3, 200)], given.Purchase.Distributed);
        Assert.Equal((5_000, 0), (given.Purchase.Earned, given.Purchase.Unclaimed));
        Assert.Equal(5_400, given.Given!.Lines.Where(line => line.Account == LedgerAccount.Member(Shop, Buyer)).Sum(line => line.Points));
    }

    [Fact]
    public void Points_expire_at_the_midnight_that_follows_their_days()
    {
        Assert.Null(PurchaseRules.EndOf(Program, Now));
        Assert.Equal(
            new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero), PurchaseRules.EndOf(Program with { ExpiryDays = 30 }, Now));
        var midnight = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(midnight.AddDays(30), PurchaseRules.EndOf(Program with { ExpiryDays = 30 }, midnight));
    }

    [Fact]
    public void Every_purchase_gives_a_transaction_that_sums_to_zero_and_is_what_it_says() => Randomly((random, seed) =>
    {
        var purchase = RandomPurchase(random);
        var lines = purchase.Given?.Checked().Lines ?? [];
        var (earned, shared, unclaimed) = (
            lines.Where(line => line.Kind == EntryKind.Earn && line.Points > 0).Sum(line => line.Points),
            lines.Where(line => line.Kind == EntryKind.Share && line.Account.Kind == LedgerAccountKind.Member).Sum(line => line.Points),
            lines.Where(line => line.Account.Kind == LedgerAccountKind.Unclaimed).Sum(line => line.Points));
        Assert.True(
            (earned, shared, unclaimed)
            == (purchase.Purchase.Earned, purchase.Purchase.Distributed.Sum(part => part.Points), purchase.Purchase.Unclaimed), seed);
    });

    [Fact]
    public void The_parts_of_all_refunds_sum_to_all_that_was_given() => Randomly((random, seed) =>
    {
        var (purchase, _) = RandomPurchase(random);
        var left = purchase.Received().Where(part => part.Points > 0).ToDictionary(part => part.UserId, part => part.Points);
        var unclaimed = purchase.Unclaimed;
        var refunds = 0;
        while (purchase.Refunded < purchase.Amount)
        {
            var amount = ++refunds > 20 ? (long?)null : random.NextInt64(1, purchase.Amount - purchase.Refunded + 1);
            var (next, facts) = purchase.Refund(Guid.NewGuid(), amount, Now);
            var refund = ((PurchaseFact.Refunded)facts[0]).Refund;
            ((PurchaseFact.Refunded)facts[0]).GivenBack?.Checked();
            foreach (var part in refund.Parts)
            {
                Assert.True(part.Points > 0, seed);
                left[part.UserId] -= part.Points;
            }

            unclaimed -= refund.Unclaimed;
            Assert.True(unclaimed >= 0 && left.Values.All(points => points >= 0), seed);
            purchase = next;
        }

        Assert.True(unclaimed == 0 && left.Values.All(points => points == 0), seed);
        Assert.Equal("already_refunded", Assert.Throws<Refusal>(() => purchase.Refund(Guid.NewGuid(), null, Now)).Code);
    });

    [Fact]
    public void No_more_is_refunded_than_was_paid()
    {
        var purchase = Buy(1_000, Program).Purchase.Refund(Guid.NewGuid(), 400, Now).Next;
        Assert.Equal("refund_exceeds_purchase", Assert.Throws<Refusal>(() => purchase.Refund(Guid.NewGuid(), 601, Now)).Code);
        Assert.Equal(1_000, purchase.Refund(Guid.NewGuid(), 600, Now).Next.Refunded);
    }

    [Fact]
    public void A_reference_is_of_one_amount_and_one_person()
    {
        var purchase = Buy(1_000, Program).Purchase;
        purchase.CheckSame(Command(1_000));
        purchase.CheckSame(Command(1_000) with { UserId = null, MemberCode = "another one" });
        Assert.Equal("reference_reused", Assert.Throws<Refusal>(() => purchase.CheckSame(Command(1_001))).Code);
        Assert.Equal(
            "reference_reused", Assert.Throws<Refusal>(() => purchase.CheckSame(Command(1_000) with { UserId = Guid.NewGuid() })).Code);
    }

    private static PurchaseFact.Recorded RandomPurchase(Random random)
    {
        var levels = random.Next(1, 11);
        var program = new PointsProgram(
            random.Next(10_001), random.Next(10_001), [.. Enumerable.Range(0, levels).Select(_ => random.Next(1, 101))],
            (UnclaimedShare)random.Next(2), random.Next(2) == 0 ? null : random.Next(1, 400), 1,
            random.Next(3) == 0 ? random.NextInt64(1_000) : null, random.Next(10) > 0);
        var amount = random.NextInt64(1, random.Next(2) == 0 ? 1_000 : PointsProgram.MaxAmount);
        return Buy(amount, program, [.. Enumerable.Range(0, levels).Select(_ => random.Next(3) == 0 ? null : (Guid?)Guid.NewGuid())]);
    }

    private static PurchaseFact.Recorded Buy(long amount, PointsProgram program, params Guid?[] chain) =>
        (PurchaseFact.Recorded)Purchase.Record(
            Command(amount), Buyer, new MerchantTerms(Shop, Guid.NewGuid(), "Oat", "KRW", program), [.. chain], Guid.NewGuid(), Now).Facts[0];

    private static RecordPurchase Command(long amount) => new(Shop, "1", Buyer, null, amount, [], null, null, null);

    private static void Randomly(Action<Random, string> test)
    {
        var first = Random.Shared.Next();
        for (var seed = first; seed != first + 500; seed++)
            test(new Random(seed), $"seed {seed}");
    }
}
