using Orleans.Storage;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

public sealed class SecondActivationTests(PointsSteps steps, ITestOutputHelper output) : IClassFixture<PointsSteps>
{
    [Fact]
    public async Task Two_activations_of_one_account_never_spend_a_point_twice()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using var other = await steps.Start();
        var member = await steps.Member(2_000);
        var friend = await steps.AddPerson();
        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed + caller);
            var account = member.On(caller % 2 == 0 ? steps.Silo : other);
            for (var i = 0; i < 25; i++)
                await Step(account, friend, tally, random);
        })));

        Assert.True(tally.Fenced > 0, "Two activations were in each other's way.");
        Assert.True(tally.Spent <= 2_000, "More was spent than there was.");
        await Task.WhenAll(member.Grain.Refresh(), member.On(other).Refresh());
        foreach (var silo in new[] { steps.Silo, other })
        {
            var balance = await member.On(silo).Balance();
            Assert.Equal((2_000 - tally.Spent, balance.Balance - balance.Held), (balance.Balance, balance.Available));
        }

        Assert.Equal(tally.Given, (await (member with { User = friend }).Grain.Balance()).Balance);
        Assert.Empty(await steps.Audit());
    }

    // The job of a hold ends when it is told that there is no time left.
    [Fact]
    public async Task A_hold_that_another_activation_made_is_not_taken_for_one_that_has_ended()
    {
        await using var other = await steps.Start(new KeyValuePair<string, string?>("StyleShare:Points:SnapshotMaxAge", "01:00:00"));
        var member = await steps.Member(100);
        Assert.Equal(100, (await member.On(other).Balance()).Available);
        var held = await member.Grain.Hold(40, null);
        Assert.NotEqual(TimeSpan.Zero, await member.On(other).ExpireHold(held.Id));
    }

    // What was acknowledged counts, and nothing else: a fenced call has done nothing.
    private static async Task Step(IMemberAccountGrain account, Guid friend, Tally tally, Random random)
    {
        var points = random.Next(1, 40);
        try
        {
            if (random.Next(3) == 0)
            {
                await account.Give(new(friend, points, null, null));
                tally.Give(points);
                return;
            }

            var held = await account.Hold(points, null);
            if (random.Next(3) == 0)
                await account.Void(held.Id, null);
            else
                tally.Capture((await account.Capture(held.Id, random.Next(1, points + 1), null)).Captured!.Value);
        }
        catch (InconsistentStateException)
        {
            tally.Fence();
        }
        catch (Refusal refusal)
        {
            Assert.Contains(refusal.Code, (string[])["insufficient_points", "too_many_holds"]);
        }
    }

    private sealed class Tally
    {
        private long _captured;
        private long _given;
        private long _fenced;

        public long Given => _given;

        public long Spent => _captured + _given;

        public long Fenced => _fenced;

        public void Capture(long points) => Interlocked.Add(ref _captured, points);

        public void Give(long points) => Interlocked.Add(ref _given, points);

        public void Fence() => Interlocked.Increment(ref _fenced);
    }
}
