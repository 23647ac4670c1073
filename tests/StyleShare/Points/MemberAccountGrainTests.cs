using Npgsql;
using Orleans.Storage;
using StyleShare.Points;
using StyleShare.Requests;

namespace StyleShare.Tests.Points;

[Trait("Pooler", "transaction")]
public sealed class MemberAccountGrainTests(PointsSteps steps, ITestOutputHelper output) : IClassFixture<PointsSteps>
{
    private static DateTimeOffset Tomorrow => new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(2), TimeSpan.Zero);

    [Fact]
    public async Task An_account_that_nothing_happened_to_has_nothing()
    {
        var member = await steps.Member();
        Assert.Equivalent(PointsBalance.None(member.Shop), await member.Grain.Balance());
        await PointsSteps.Refused("insufficient_points", () => member.Grain.Hold(1, null));
        await PointsSteps.Refused("redemption_not_found", () => member.Grain.Capture(Guid.NewGuid(), null, null));
        Assert.Equal(0L, await steps.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM member_points WHERE account_id = '{member.Account.Id}'"));
    }

    [Fact]
    public async Task Points_are_held_captured_in_part_and_the_rest_comes_back()
    {
        var member = await steps.Member(100, Tomorrow);
        await member.Earn(50);
        var held = await member.Grain.Hold(120, null);
        Assert.Equal((120, HoldState.Held, null), (held.Points, held.State, held.Captured));
        var balance = await member.Grain.Balance();
        Assert.Equal((150, 120, 30, 0), (balance.Balance, balance.Held, balance.Available, balance.Owed));
        Assert.Equal([new(100, Tomorrow)], balance.Expiring);
        await PointsSteps.Refused("insufficient_points", () => member.Grain.Hold(31, null));
        await PointsSteps.Refused("exceeds_hold", () => member.Grain.Capture(held.Id, 121, null));
        await PointsSteps.Refused("exceeds_hold", () => member.Grain.Capture(held.Id, 0, null));

        var captured = await member.Grain.Capture(held.Id, 110, null);
        Assert.Equal((HoldState.Captured, 110), (captured.State, captured.Captured));
        balance = await member.Grain.Balance();
        Assert.Equal((40, 0, 40), (balance.Balance, balance.Held, balance.Available));
        Assert.Empty(balance.Expiring);
        await PointsSteps.Refused("already_captured", () => member.Grain.Capture(held.Id, null, null));
        await PointsSteps.Refused("already_captured", () => member.Grain.Void(held.Id, null));
        Assert.Equal(["earn 100 = 100", "earn 50 = 150", "redemption -110 = 40"], await member.Lines());
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task What_was_voided_can_be_spent_again()
    {
        var member = await steps.Member(100);
        var held = await member.Grain.Hold(100, null);
        Assert.Equal(HoldState.Voided, (await member.Grain.Void(held.Id, null)).State);
        await PointsSteps.Refused("already_voided", () => member.Grain.Capture(held.Id, null, null));
        await member.Grain.Capture((await member.Grain.Hold(100, null)).Id, null, null);
        Assert.Equal(["earn 100 = 100", "redemption -100 = 0"], await member.Lines());
    }

    [Fact]
    public async Task A_shop_takes_no_fewer_points_than_it_says_and_no_shop_takes_none()
    {
        var member = await steps.Member(100, minRedeem: 10);
        await PointsSteps.Refused("below_min_redeem", () => member.Grain.Hold(9, null));
        await PointsSteps.Refused("below_min_redeem", () => member.Grain.Hold(-1, null));
        await member.Grain.Hold(10, null);
        var nowhere = new Member(steps, steps.NewId(), member.User);
        await PointsSteps.Refused("merchant_not_found", () => nowhere.Grain.Hold(10, null));
    }

    [Fact]
    public async Task Only_so_many_holds_wait_at_once()
    {
        var member = await steps.Member(1_000);
        for (var i = 0; i < new PointsOptions().MaxOpenHolds; i++)
            await member.Grain.Hold(1, null);
        await PointsSteps.Refused("too_many_holds", () => member.Grain.Hold(1, null));
        Assert.Equal(1_000 - new PointsOptions().MaxOpenHolds, (await member.Grain.Balance()).Available);
    }

    [Fact]
    public async Task A_credit_that_nobody_told_of_is_found_when_points_are_too_few()
    {
        var member = await steps.Member(10);
        Assert.Equal(10, (await member.Grain.Balance()).Balance);
        await member.Earn(90, tell: false);
        Assert.Equal(100, (await member.Grain.Hold(100, null)).Points);
    }

    [Fact]
    public async Task A_credit_that_was_told_of_is_seen_at_once()
    {
        var member = await steps.Member();
        for (var i = 1; i <= 20; i++)
        {
            await member.Earn(5);
            Assert.Equal(5 * i, (await member.Grain.Balance()).Available);
        }
    }

    [Fact]
    public async Task A_gift_keeps_the_ends_of_its_points_and_goes_to_somebody_who_is_there()
    {
        var (giver, friend) = (await steps.Member(30, Tomorrow), await steps.AddPerson());
        await giver.Earn(30);
        var other = giver with { User = friend };
        Assert.Equal(0, (await other.Grain.Balance()).Balance);
        var gift = await giver.Grain.Give(new(friend, 40, "For your birthday 🎂", null));
        Assert.Equal((giver.User, friend, 40, "For your birthday 🎂"), (gift.FromUserId, gift.ToUserId, gift.Points, gift.Note));
        Assert.Equal(20, (await giver.Grain.Balance()).Available);
        var got = await other.Grain.Balance();
        Assert.Equal(40, got.Available);
        Assert.Equal([new(30, Tomorrow)], got.Expiring);
        await PointsSteps.Refused("insufficient_points", () => giver.Grain.Give(new(friend, 21, null, null)));
        await PointsSteps.Refused("cannot_give_to_self", () => giver.Grain.Give(new(giver.User, 1, null, null)));
        await PointsSteps.Refused("unknown_user", () => giver.Grain.Give(new(Guid.NewGuid(), 1, null, null)));
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task Two_who_give_to_each_other_at_the_same_time_do_not_wait_for_each_other()
    {
        var one = await steps.Member(1_000);
        var other = one with { User = await steps.AddPerson() };
        await other.Earn(1_000);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => i % 2 == 0
            ? one.Grain.Give(new(other.User, 7, null, null))
            : other.Grain.Give(new(one.User, 5, null, null))));
        Assert.Equal(1_000 - 50 * 7 + 50 * 5, (await one.Grain.Balance()).Balance);
        Assert.Equal(1_000 + 50 * 7 - 50 * 5, (await other.Grain.Balance()).Balance);
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_claw_back_takes_what_is_there_owes_the_rest_and_later_earnings_settle_it()
    {
        var member = await steps.Member(100);
        var held = await member.Grain.Hold(30, null);
        var command = new ClawBackPoints(steps.NewId(), "refund 1", 90);
        Assert.Equal(new ClawBackResult(70, 20), await member.Grain.ClawBack(command));
        Assert.Equal(new ClawBackResult(70, 20), await member.Grain.ClawBack(command));
        var balance = await member.Grain.Balance();
        Assert.Equal((30, 30, 0, 20), (balance.Balance, balance.Held, balance.Available, balance.Owed));

        await member.Grain.Void(held.Id, null);
        balance = await member.Grain.Balance();
        Assert.Equal((10, 0, 10, 0), (balance.Balance, balance.Held, balance.Available, balance.Owed));

        Assert.Equal(new ClawBackResult(10, 40), await member.Grain.ClawBack(new(steps.NewId(), "refund 2", 50)));
        await member.Earn(25);
        balance = await member.Grain.Balance();
        Assert.Equal((0, 0, 0, 15), (balance.Balance, balance.Held, balance.Available, balance.Owed));
        await member.Earn(25);
        balance = await member.Grain.Balance();
        Assert.Equal((10, 0, 10, 0), (balance.Balance, balance.Held, balance.Available, balance.Owed));
        Assert.Equal(
            ["earn 100 = 100", "clawBack -70 = 30", "settlement -20 = 10", "clawBack -10 = 0", "earn 25 = 25", "settlement -25 = 0", "earn 25 = 25", "settlement -15 = 10"],
            await member.Lines());
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_debt_is_settled_by_the_next_earnings_although_nobody_looks()
    {
        var member = await steps.Member(10);
        await member.Grain.ClawBack(new(steps.NewId(), "refund", 30));
        await member.Earn(50);
        await PointsSteps.Until(async () => (await member.Lines()).Contains("settlement -20 = 30", StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_asks_while_the_account_is_read_anew_is_not_shown_what_was()
    {
        var member = await steps.Member(10);
        await member.Grain.ClawBack(new(steps.NewId(), "refund", 30));
        Assert.Equal(20, (await member.Grain.Balance()).Owed);
        await member.Earn(50, tell: false);

        await using var connection = await steps.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var block = new NpgsqlCommand("LOCK TABLE point_accounts", connection, transaction);
        await block.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await member.Grain.Refresh();
        await PointsSteps.Until(() => steps.Database.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'point_accounts'::regclass AND NOT granted)"));
        var asked = member.Grain.Balance();
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        var balance = await asked;
        Assert.Equal((30, 0), (balance.Balance, balance.Owed));
    }

    [Fact]
    public async Task A_correction_adds_or_takes_with_a_reason_and_once()
    {
        var member = await steps.Member(10);
        var add = new CorrectPoints(steps.NewId(), 5, "Kim", "Forgotten at the till", null);
        Assert.Equal(15, (await member.Grain.Correct(add)).Balance);
        Assert.Equal(15, (await member.Grain.Correct(add)).Balance);
        Assert.Equal(0, (await member.Grain.Correct(new(steps.NewId(), -15, "Kim", "Entered twice", null))).Balance);
        await PointsSteps.Refused("insufficient_points", () => member.Grain.Correct(new(steps.NewId(), -1, "Kim", "x", null)));
        Assert.Equal("Kim: Entered twice", await steps.Database.ScalarAsync<string>(
            $"SELECT operator || ': ' || note FROM ledger_transactions WHERE merchant_id = '{member.Shop}' ORDER BY created_at DESC LIMIT 1"));
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task The_same_request_twice_holds_once_and_has_the_first_answer()
    {
        var member = await steps.Member(100);
        var key = PointsSteps.NewKey();
        var first = await member.Grain.Hold(10, key);
        await Assert.ThrowsAsync<InconsistentStateException>(() => member.Grain.Hold(10, key));
        Assert.Equal(90, (await member.Grain.Balance()).Available);
        var status = await steps.Silo.Grains.GetGrain<IRequestGrain>(key.Id).Begin(key);
        var answer = System.Text.Json.JsonSerializer.Deserialize(status.Answer.AsSpan(), PointsJson.Default.Redemption)!;
        Assert.Equal(first, answer);
    }

    [Fact]
    public async Task What_is_captured_voided_and_expired_at_the_same_moment_is_one_of_them_and_the_others_are_told_which()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var silo = await steps.Start(new KeyValuePair<string, string?>("StyleShare:Points:HoldFor", "00:10:00"));
        for (var round = 0; round < 20; round++)
        {
            var member = await steps.Member(100);
            var held = await member.On(silo).Hold(60, null);
            // The end comes somewhere between the calls, which are sent without waiting.
            var kinds = Enumerable.Range(0, 30).Select(_ => random.Next(3)).ToArray();
            var end = random.Next(6);
            var calls = kinds.Select(async (kind, i) =>
            {
                if (i == end)
                    silo.Time.Advance(TimeSpan.FromMinutes(10));
                try
                {
                    return kind switch
                    {
                        0 => HoldStates.Text((await member.On(silo).Capture(held.Id, 50, null)).State),
                        1 => HoldStates.Text((await member.On(silo).Void(held.Id, null)).State),
                        _ => await member.On(silo).ExpireHold(held.Id) == TimeSpan.Zero ? "over" : "waits",
                    };
                }
                catch (Refusal refusal)
                {
                    return refusal.Code;
                }
            });
            var outcomes = await Task.WhenAll(calls);
            var state = await member.HoldState(held.Id);
            Assert.Contains(state, (string[])["captured", "voided", "expired"]);
            Assert.Equal(state == "expired" ? 0 : 1, outcomes.Count(outcome => outcome is "captured" or "voided"));
            var told = state == "expired" ? "hold_expired" : "already_" + state;
            Assert.All(outcomes.Where(outcome => outcome.Contains('_', StringComparison.Ordinal)), outcome => Assert.Equal(told, outcome));
            Assert.Equal(state == "captured" ? 50 : 100, (await member.On(silo).Balance()).Balance);
        }

        Assert.Empty(await steps.Audit());
    }
}
