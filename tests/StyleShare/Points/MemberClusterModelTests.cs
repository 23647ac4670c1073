using StyleShare.Points;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

public sealed class MemberClusterModelTests(PointsSteps steps, ITestOutputHelper output) : IClassFixture<PointsSteps>
{
    // Times of the test are multiples of it; what ends, ends between two of them, and the time that the test takes is no matter.
    private static readonly TimeSpan Tick = TimeSpan.FromHours(7);

    [Fact]
    public async Task Random_histories_on_a_running_silo_are_those_of_naive_accounts_and_the_audit_is_clean()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var silo = await steps.Start(new KeyValuePair<string, string?>("StyleShare:Points:HoldFor", "10:00:00"));
        var start = TimeProvider.System.Now();
        var shop = await steps.OpenShop();
        var sides = new List<Side>();
        for (var i = 0; i < 4; i++)
            sides.Add(new(new Member(steps, shop, await steps.AddPerson()), silo));

        for (var (step, ticks) = (0, 0); step < 200; step++)
        {
            if (random.Next(4) == 0)
            {
                silo.Time.Advance(Tick);
                ticks++;
            }

            var now = start + ticks * Tick;
            await Tidy(sides, now);
            await Step(sides, random, now);
            await Tidy(sides, now);
            await sides[random.Next(sides.Count)].Check(now);
        }

        foreach (var side in sides)
            await side.Check(null);
        Assert.Empty(await steps.Audit());
    }

    private static async Task Step(List<Side> sides, Random random, DateTimeOffset now)
    {
        var side = sides[random.Next(sides.Count)];
        var (naive, account) = (side.Naive, side.Member.On(side.Silo));
        var points = random.Next(1, 40);
        switch (random.Next(8))
        {
            case 0 or 1:
                DateTimeOffset? until = random.Next(4) == 0 ? null : now + random.Next(0, 10) * Tick + Tick / 2;
                naive.Credit(until, points);
                await side.Member.Earn(points, until, side.Silo);
                break;
            case 2:
                await side.Hold(points, now);
                break;
            case 3 when side.AnyHold(random) is { } hold:
                var captured = naive.Capture(hold, points);
                await Is(captured ? null : "exceeds_hold", () => account.Capture(hold, points, null));
                break;
            case 4 when side.AnyHold(random) is { } hold:
                naive.Void(hold);
                await account.Void(hold, null);
                break;
            case 5:
                var other = sides[(sides.IndexOf(side) + 1) % sides.Count];
                var enough = naive.Available(now) >= points;
                foreach (var end in enough ? naive.Spend(points, now) : [])
                    other.Naive.Credit(end, 1);
                await Is(enough ? null : "insufficient_points", () => account.Give(new(other.Member.User, points, null, null)));
                break;
            case 6:
                var (taken, owed) = naive.ClawBack(points, now);
                Assert.Equal(new ClawBackResult(taken, owed), await account.ClawBack(new(side.Member.Steps.NewId(), "refund", points)));
                break;
            case 7:
                await account.ExpirePoints();
                break;
        }
    }

    // What jobs and sweeps do, and what an account does by itself when it is told of points.
    private static async Task Tidy(List<Side> sides, DateTimeOffset now)
    {
        foreach (var side in sides)
        {
            side.Naive.Tick(now);
            await side.Member.On(side.Silo).ExpirePoints();
        }
    }

    private static async Task Is(string? refusal, Func<Task> act)
    {
        if (refusal is null)
            await act();
        else
            await PointsSteps.Refused(refusal, act);
    }

    private sealed record Side(Member Member, StyleShareCluster Silo)
    {
        public NaiveAccount Naive { get; } = new();

        public Guid? AnyHold(Random random) => Naive.Holds.Order().ToList() is { Count: > 0 } holds ? holds[random.Next(holds.Count)] : null;

        // The hold has the id that the account gave it.
        public async Task Hold(long points, DateTimeOffset now)
        {
            if (Naive.Available(now) < points)
                await PointsSteps.Refused("insufficient_points", () => Member.On(Silo).Hold(points, null));
            else if (Naive.Holds.Count() == new PointsOptions().MaxOpenHolds)
                await PointsSteps.Refused("too_many_holds", () => Member.On(Silo).Hold(points, null));
            else
                Assert.True(Naive.Hold((await Member.On(Silo).Hold(points, null)).Id, points, now, now + TimeSpan.FromHours(10)));
        }

        public async Task Check(DateTimeOffset? now)
        {
            var balance = await Member.On(Silo).Balance();
            Assert.Equal((Naive.Balance, Naive.Held, Naive.Owed), (balance.Balance, balance.Held, balance.Owed));
            if (now is { } time)
                Assert.Equal(Naive.Available(time), balance.Available);
        }
    }
}
