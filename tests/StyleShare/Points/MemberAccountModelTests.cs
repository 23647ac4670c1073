using System.Collections.Immutable;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

public sealed class MemberAccountModelTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Shop = Guid.NewGuid();

    [Fact]
    public void Long_random_histories_of_an_account_are_those_of_a_naive_one()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var history = 0; history < 200; history++)
            new History(random).Run(steps: 200);
    }

    /// <summary>Two people with points at a shop, each as the rules have it and as a child would, and the ledger of it all.</summary>
    private sealed class History(Random random)
    {
        private readonly Side[] _sides = [new(Guid.NewGuid()), new(Guid.NewGuid())];
        private readonly Dictionary<Guid, long> _ledger = [];
        private DateTimeOffset _now = Start;

        public void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                _now += TimeSpan.FromMinutes(random.Next(0, 600));
                Settle();
                Step(_sides[random.Next(2)]);
                Settle();
                Assert.Equal(0, _ledger.Values.Sum());
                foreach (var side in _sides)
                    Check(side);
            }
        }

        private void Step(Side side)
        {
            var points = random.Next(1, 30);
            switch (random.Next(8))
            {
                case 0 or 1:
                    Credit(side, points);
                    break;
                case 2:
                    Hold(side, points);
                    break;
                case 3:
                    Capture(side, points);
                    break;
                case 4:
                    Void(side);
                    break;
                case 5:
                    Give(side, points);
                    break;
                case 6:
                    ClawBack(side, points);
                    break;
                default:
                    Correct(side, random.Next(2) == 0 ? points : -points);
                    break;
            }
        }

        // As a purchase does it, which is none of the account's decisions.
        private void Credit(Side side, long points)
        {
            DateTimeOffset? until = random.Next(4) == 0 ? null : Start.AddDays((_now - Start).Days + random.Next(1, 5));
            side.Naive.Credit(until, points);
            side.Account = side.Account with { Lots = Lots.Plus(side.Account.Lots, [new(until, points)]) };
            Post(new(
                Guid.NewGuid(), Shop, "purchase", _now,
                [
                    new(side.Member, EntryKind.Earn, points, [new(until, points)]),
                    new(LedgerAccount.Issued(Shop), EntryKind.Earn, -points),
                ]));
        }

        private void Hold(Side side, long points)
        {
            var id = Guid.NewGuid();
            var lasts = TimeSpan.FromHours(random.Next(1, 60));
            var held = side.Naive.Hold(id, points, _now, _now + lasts);
            Decide(side, held ? null : "insufficient_points", () => side.Account.Hold(id, points, new(1, 1_000, lasts), _now));
        }

        private void Capture(Side side, long points)
        {
            if (AnyHold(side) is not { } hold)
                return;
            long? part = random.Next(3) == 0 ? null : points;
            var captured = side.Naive.Capture(hold.Id, part ?? hold.Points);
            Decide(side, captured ? null : "exceeds_hold", () => side.Account.Capture(hold, part, _now));
        }

        private void Void(Side side)
        {
            if (AnyHold(side) is not { } hold)
                return;
            Assert.True(side.Naive.Void(hold.Id));
            Decide(side, null, () => side.Account.Void(hold, _now));
        }

        private void Give(Side side, long points)
        {
            var other = _sides.Single(each => each != side);
            var gift = new Gift(Guid.NewGuid(), Shop, side.User, other.User, points, null, _now);
            var enough = side.Naive.Available(_now) >= points;
            if (enough)
            {
                var parts = side.Naive.Spend(points, _now);
                foreach (var until in parts)
                    other.Naive.Credit(until, 1);
            }

            Decide(side, enough ? null : "insufficient_points", () => side.Account.Give(gift));
        }

        private void ClawBack(Side side, long points)
        {
            var (taken, owed) = side.Naive.ClawBack(points, _now);
            Decide(side, null, () =>
            {
                var decision = side.Account.ClawBack(new(Guid.NewGuid(), "refund", points), _now, out var result);
                Assert.Equal(new(taken, owed), result);
                return decision;
            });
        }

        private void Correct(Side side, long points)
        {
            var enough = points > 0 || side.Naive.Available(_now) >= -points;
            if (points > 0)
                side.Naive.Credit(null, points);
            else if (enough)
                side.Naive.Spend(-points, _now);
            Decide(
                side, enough ? null : "insufficient_points",
                () => side.Account.Correct(new(Guid.NewGuid(), points, "Kim", "a reason", null), _now));
        }

        private void Settle()
        {
            foreach (var side in _sides)
            {
                side.Naive.Tick(_now);
                while (side.Account.Due(_now, Guid.NewGuid()) is { } due)
                    Decide(side, null, () => due);
            }
        }

        private void Decide(Side side, string? refusal, Func<Decision<MemberAccount, MemberFact>> rule)
        {
            if (refusal is not null)
            {
                Assert.Equal(refusal, Assert.Throws<Refusal>(() => rule()).Code);
                return;
            }

            var decision = rule();
            side.Account = decision.Next;
            foreach (var posted in decision.Facts.OfType<MemberFact.Posted>())
            {
                Post(posted.Transaction);
                foreach (var line in posted.Transaction.Lines)
                {
                    // What came to somebody else's account, as its grain will read it.
                    foreach (var other in _sides.Where(each => each != side && each.Member == line.Account))
                        other.Account = other.Account with { Lots = Lots.Plus(other.Account.Lots, line.Lots) };
                }
            }
        }

        private void Post(LedgerTransaction transaction)
        {
            foreach (var line in transaction.Checked().Lines)
                _ledger[line.Account.Id] = _ledger.GetValueOrDefault(line.Account.Id) + line.Points;
        }

        private PointHold? AnyHold(Side side) =>
            side.Account.Holds.IsEmpty ? null : side.Account.Holds[random.Next(side.Account.Holds.Length)];

        private void Check(Side side)
        {
            var (account, naive) = (side.Account, side.Naive);
            Assert.Equal(naive.Lots, account.Lots);
            Assert.Equal(
                (naive.Balance, naive.Held, naive.Available(_now), naive.Owed),
                (account.Balance, account.Held, account.Available(_now), account.Owed));
            Assert.Equal(naive.Holds.Order(), account.Holds.Select(hold => hold.Id).Order());
            Assert.Equal(naive.Balance, _ledger.GetValueOrDefault(side.Member.Id));
            Assert.Equal(-naive.Owed, _ledger.GetValueOrDefault(LedgerAccount.Owed(Shop, side.User).Id));
            Assert.Equal(_sides.Sum(each => each.Naive.Redeemed), _ledger.GetValueOrDefault(LedgerAccount.Redeemed(Shop).Id));
            Assert.Equal(_sides.Sum(each => each.Naive.Expired), _ledger.GetValueOrDefault(LedgerAccount.Expired(Shop).Id));
            var view = account.View(_now);
            Assert.Equal(naive.Available(_now), view.Available);
            Assert.All(view.Expiring, lot => Assert.True(lot.ExpiresAt > _now && lot.Points > 0));
            if (account.NextDue is { } due)
                Assert.True(account.Due(due, Guid.NewGuid()) is not null || !account.Holds.IsEmpty, "What is due next is due then.");
        }
    }

    private sealed class Side(Guid user)
    {
        public Guid User => user;

        public LedgerAccount Member { get; } = LedgerAccount.Member(Shop, user);

        public NaiveAccount Naive { get; } = new();

        public MemberAccount Account { get; set; } = MemberAccount.Empty(Shop, user);
    }
}
