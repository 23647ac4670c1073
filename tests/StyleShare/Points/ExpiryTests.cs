using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using StyleShare.Points;
using StyleShare.Sweeps;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

public sealed class ExpiryTests(PointsSteps steps) : IClassFixture<PointsSteps>
{
    private static readonly KeyValuePair<string, string?> ShortHolds = new("StyleShare:Points:HoldFor", "00:00:01");

    private static DateTimeOffset Now => TimeProvider.System.Now();

    [Fact]
    public async Task Points_that_are_over_are_not_there_from_that_moment_on()
    {
        await using var silo = await steps.Start();
        var member = await steps.Member();
        await member.Earn(70, Now.AddHours(1), silo);
        await member.Earn(30, Now.AddHours(3), silo);
        Assert.Equal(100, (await member.On(silo).Balance()).Available);
        silo.Time.Advance(TimeSpan.FromHours(2));
        var balance = await member.On(silo).Balance();
        Assert.Equal((30, 30, 30), (balance.Balance, balance.Available, balance.Expiring.Single().Points));
        await PointsSteps.Refused("insufficient_points", () => member.On(silo).Hold(31, null));
        silo.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, (await member.On(silo).Balance()).Balance);
        Assert.Equal(["earn 70 = 70", "earn 30 = 100", "expiry -70 = 30", "expiry -30 = 0"], await member.Lines());
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task What_is_held_of_a_lot_that_is_over_can_be_captured_and_what_comes_back_expires()
    {
        await using var silo = await steps.Start(new KeyValuePair<string, string?>("StyleShare:Points:HoldFor", "03:00:00"));
        var member = await steps.Member();
        await member.Earn(100, Now.AddHours(1), silo);
        var held = await member.On(silo).Hold(60, null);
        var other = await member.On(silo).Hold(20, null);
        silo.Time.Advance(TimeSpan.FromHours(2));
        var balance = await member.On(silo).Balance();
        Assert.Equal((80, 80, 0), (balance.Balance, balance.Held, balance.Available));
        Assert.Empty(balance.Expiring);
        await member.On(silo).Capture(held.Id, 50, null);
        Assert.Equal((20, 20), ((await member.On(silo).Balance()).Balance, (await member.On(silo).Balance()).Held));
        await member.On(silo).Void(other.Id, null);
        Assert.Equal(0, (await member.On(silo).Balance()).Balance);
        Assert.Equal(
            ["earn 100 = 100", "expiry -20 = 80", "redemption -50 = 30", "expiry -10 = 20", "expiry -20 = 0"], await member.Lines());
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_hold_ends_although_nobody_asks()
    {
        await using var silo = await steps.Start(ShortHolds);
        var member = await steps.Member(50);
        var held = await member.On(silo).Hold(50, null);
        await PointsSteps.Until(async () => await member.HoldState(held.Id) == "expired");
        await PointsSteps.Refused("hold_expired", () => member.On(silo).Capture(held.Id, null, null));
        Assert.Equal(50, (await member.On(silo).Balance()).Available);
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_sweep_expires_what_is_over_in_accounts_that_nobody_looks_at()
    {
        await using var silo = await steps.Start();
        var members = new List<Member>();
        var shop = await steps.OpenShop();
        for (var i = 0; i < 30; i++)
        {
            var member = new Member(steps, shop, steps.NewId());
            await member.Earn(10 + i, Now.AddHours(1 + i % 3), silo, tell: false);
            await member.Earn(5, null, silo, tell: false);
            members.Add(member);
        }

        var sweep = silo.Services.GetServices<ISweep>().Single(each => each.Name == "point-expiry");
        Assert.Equal(new SweepStep(null, 0), await sweep.Step(0, null, CancellationToken.None));
        silo.Time.Advance(TimeSpan.FromHours(5));
        await Run(sweep);
        foreach (var member in members)
            Assert.EndsWith("= 5", (await member.Lines())[^1], StringComparison.Ordinal);
        Assert.Equal(new SweepStep(null, 0), await sweep.Step(0, null, CancellationToken.None));
        Assert.Empty(await steps.Audit());
    }

    [Fact]
    public async Task A_silo_whose_clock_is_an_hour_ahead_expires_nothing_early_and_nothing_twice()
    {
        var ahead = new FakeTime();
        ahead.Advance(TimeSpan.FromHours(1));
        await using var wrong = await steps.StartWithClock(ahead);
        await using var right = await steps.Start();
        var member = await steps.Member();
        await member.Earn(100, Now.AddMinutes(30), wrong);
        var held = await member.On(wrong).Hold(60, null);
        Assert.InRange(held.ExpiresAt - Now, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
        await Run(wrong.Services.GetServices<ISweep>().Single(each => each.Name == "point-expiry"));
        Assert.Equal(["earn 100 = 100"], await member.Lines());
        Assert.Equal(100, (await member.On(right).Balance()).Balance);
        Assert.Equal("held", await member.HoldState(held.Id));
        Assert.Equal(HoldState.Voided, (await member.On(wrong).Void(held.Id, null)).State);

        var soon = Now.AddSeconds(1);
        await member.Earn(40, soon, wrong);
        await steps.Past(soon);

        // The other one knows of the hold's end as it knows of points: it is told, or looks after a while.
        await member.On(right).Refresh();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Try(member.On(i % 2 == 0 ? wrong : right))));
        Assert.Equal(["earn 100 = 100", "earn 40 = 140", "expiry -40 = 100"], await member.Lines());
        Assert.Equal(100, (await member.On(right).Balance()).Available);
        Assert.Empty(await steps.Audit());

        // The second one at it finds that it was done, or is told by the database.
        static async Task Try(IMemberAccountGrain account)
        {
            try
            {
                await account.ExpirePoints();
            }
            catch (InconsistentStateException)
            {
                await account.ExpirePoints();
            }
        }
    }

    [Fact]
    public async Task A_clock_that_is_set_wrong_meanwhile_is_corrected()
    {
        await using var silo = await steps.Start();
        var clock = silo.Services.GetRequiredService<LedgerClock>();
        silo.Time.Advance(TimeSpan.FromHours(-2));
        Assert.InRange(clock.Now - Now, TimeSpan.FromHours(-3), TimeSpan.FromHours(-1));
        await clock.Sample(CancellationToken.None);
        Assert.InRange(clock.Now - Now, TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task What_came_to_its_end_while_all_silos_were_down_ends_once_when_one_is_back()
    {
        var member = await steps.Member();
        Redemption held;
        DateTimeOffset end;
        await using (var silo = await steps.Start(ShortHolds))
        {
            end = Now.AddSeconds(4);
            await member.Earn(100, end, silo);
            held = await member.On(silo).Hold(30, null);
            await silo.KillAsync();
        }

        await steps.Past(end.AddSeconds(1));
        await using var one = await steps.Start(ShortHolds);
        await using var other = await steps.Start(ShortHolds);
        await Task.WhenAll(Sweep(one), Sweep(other));
        await PointsSteps.Until(async () => await member.HoldState(held.Id) == "expired");
        await PointsSteps.Until(async () => (await member.Lines())[^1].EndsWith("= 0", StringComparison.Ordinal));
        Assert.Equal(
            100,
            await steps.Database.ScalarAsync<long>(
                $"SELECT -sum(points)::bigint FROM ledger_lines WHERE account_id = '{member.Account.Id}' AND kind = 'expiry'"));
        Assert.Equal(0, (await member.On(one).Balance()).Balance);
        Assert.Empty(await steps.Audit());

        static Task Sweep(StyleShareCluster silo) => Run(silo.Services.GetServices<ISweep>().Single(each => each.Name == "point-expiry"));
    }

    private static async Task Run(ISweep sweep)
    {
        string? cursor = null;
        do
            cursor = (await sweep.Step(0, cursor, CancellationToken.None)).Cursor;
        while (cursor is not null);
    }
}
