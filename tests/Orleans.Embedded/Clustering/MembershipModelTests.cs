using System.Globalization;
using Orleans.Configuration;
using Orleans.Embedded;
using static EngineTests.Clustering.Members;

namespace EngineTests.Clustering;

/// <summary>
/// Random clusters by the rules alone: silos are killed, frozen, thawed and cut off, each acts on a view that may be behind,
/// and the table's version decides between them.
/// </summary>
public sealed class MembershipModelTests
{
    [Fact]
    public async Task Whoever_is_well_stays_and_whoever_is_not_goes()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("STYLESHARE_TEST_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"STYLESHARE_TEST_SEED={seed}");
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
            await RunOne(random);
    }

    private static async Task RunOne(Random random)
    {
        var model = await Model.Create(random, silos: random.Next(3, 9));
        var steps = random.Next(20, 120);
        for (var i = 0; i < steps; i++)
        {
            model.Disturb();
            await model.Step();
            await model.NobodyWellIsDead();
        }

        model.Calm();
        for (var i = 0; i < 60; i++)
            await model.Step();
        await model.NobodyWellIsDead();
        await model.AllOthersAreDead();
    }

    private enum Health
    {
        Well,
        Killed,
        Frozen,
        CutOff,
    }

    private sealed class Node(SiloAddress address)
    {
        public SiloAddress Address => address;

        public Health Health { get; set; }

        public ClusterView View { get; set; } = ClusterView.Empty;

        public Dictionary<SiloAddress, ProbeHistory> Probes { get; } = [];
    }

    private sealed class Model(Random random, MembershipRules rules, MemoryMembershipStore store, List<Node> nodes)
    {
        private readonly ClusterMembershipOptions _options = new();

        public static async Task<Model> Create(Random random, int silos)
        {
            var store = new MemoryMembershipStore();
            var nodes = new List<Node>();
            for (var i = 0; i < silos; i++)
            {
                Assert.True(await store.Insert(Member(i), i, default));
                nodes.Add(new Node(Address(i)));
            }

            return new Model(random, new MembershipRules(new ClusterMembershipOptions()), store, nodes);
        }

        // Of two silos each is the only voter on the other, and of two that are cut off the votes agree: that cannot be told
        // from the other's death. So one at most is cut off, and then two at least are well.
        public void Disturb()
        {
            var node = nodes[random.Next(nodes.Count)];
            var othersWell = nodes.Count(other => other != node && other.Health == Health.Well && !_wasIll.Contains(other.Address));
            var needed = nodes.Exists(other => other != node && other.Health == Health.CutOff) ? 2 : 1;
            switch (random.Next(12))
            {
                case 0 when othersWell >= needed:
                    node.Health = Health.Killed;
                    break;
                case 1 when othersWell >= needed && node.Health == Health.Well:
                    node.Health = Health.Frozen;
                    break;
                case 2 when othersWell > 1 && needed == 1 && node.Health == Health.Well:
                    node.Health = Health.CutOff;
                    break;
                case 3 when node.Health is Health.Frozen or Health.CutOff:
                    node.Health = Health.Well;
                    break;
            }
        }

        // Who is cut off is not heard of again.
        public void Calm()
        {
            foreach (var node in nodes.Where(node => node.Health is Health.CutOff))
                node.Health = Health.Frozen;
        }

        public async Task Step()
        {
            foreach (var node in nodes.OrderBy(_ => random.Next()).ToList())
            {
                if (node.Health is Health.Killed or Health.Frozen || random.Next(5) == 0)
                    continue;
                if (random.Next(3) != 0 || node.View.Version < 0)
                    node.View = await store.Read(default);
                // It reads the table when it wakes, and ends.
                if (node.View.IsDead(node.Address))
                    node.Health = Health.Killed;
                else
                    await Probe(node);
            }
        }

        public async Task NobodyWellIsDead()
        {
            var view = await store.Read(default);
            foreach (var node in nodes.Where(node => node.Health == Health.Well && !_wasIll.Contains(node.Address)))
                Assert.False(view.IsDead(node.Address), $"{node.Address} is well, and was declared dead: {string.Join(", ", nodes.Select(each => each.Health))}");
            foreach (var node in nodes.Where(node => node.Health != Health.Well))
                _wasIll.Add(node.Address);
            // Well for good once it was seen well with nobody's vote against it.
            _wasIll.RemoveWhere(silo => nodes.Exists(node => node.Address.Equals(silo) && node.Health == Health.Well)
                && view.Find(silo) is { IsFunctioning: true, Suspicions.IsEmpty: true } && nodes.TrueForAll(node => !IsFailing(node, silo)));
        }

        public async Task AllOthersAreDead()
        {
            // The last one that was well may have been one that thawed, and was dead for the others already.
            if (nodes.TrueForAll(node => node.Health != Health.Well))
                return;
            var view = await store.Read(default);
            Assert.All(nodes.Where(node => node.Health is Health.Killed or Health.Frozen), node => Assert.True(view.IsDead(node.Address), $"{node.Address} is {node.Health}, and was not declared dead."));
        }

        private readonly HashSet<SiloAddress> _wasIll = [];

        private static bool IsFailing(Node node, SiloAddress silo) => node.Probes.TryGetValue(silo, out var history) && history.IsFailing;

        private async Task Probe(Node node)
        {
            var failing = node.Probes.Where(pair => pair.Value.IsFailing).Select(pair => pair.Key).ToHashSet();
            foreach (var target in rules.ProbedBy(node.View, node.Address, failing).Concat(failing).Distinct().ToList())
            {
                if (!node.Probes.TryGetValue(target, out var history))
                    node.Probes.Add(target, history = new ProbeHistory(_options.NumMissedProbesLimit));
                history.Add(Outcome(node, target));
                if (history.IsOverLimit)
                    await Vote(node, target);
                else if (!history.IsFailing && node.View.Find(target) is { } member && MembershipRules.Withdraw(member, node.Address) is { } entry)
                    await store.Update(entry, node.View.Version, default);
            }
        }

        private ProbeOutcome Outcome(Node from, SiloAddress to)
        {
            var target = nodes.First(node => node.Address.Equals(to));
            return target.Health switch
            {
                _ when from.Health == Health.CutOff => ProbeOutcome.Missed,
                Health.Killed => ProbeOutcome.Refused,
                Health.Well => random.Next(20) == 0 ? ProbeOutcome.Void : ProbeOutcome.Answered,
                _ => ProbeOutcome.Missed,
            };
        }

        // In this model a frozen silo's entry is old at once: time stands still here.
        private async Task Vote(Node node, SiloAddress target)
        {
            if (node.View.Find(target) is not { IsFunctioning: true } member)
                return;
            var gone = node.Probes.Where(pair => pair.Value.IsRefused || (pair.Value.IsOverLimit && IsSilentInTable(pair.Key))).Select(pair => pair.Key).ToHashSet();
            if (rules.Suspect(node.View, member, new Suspicion(node.Address, Start), counts: _ => true, gone) is { } voted)
                await store.Update(voted, node.View.Version, default);
        }

        private bool IsSilentInTable(SiloAddress silo) => nodes.First(node => node.Address.Equals(silo)).Health is Health.Killed or Health.Frozen;
    }
}
