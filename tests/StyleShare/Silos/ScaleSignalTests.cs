using System.Globalization;
using StyleShare.Silos;

namespace StyleShare.Tests.Silos;

public sealed class ScaleSignalTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly ScaleOptions _options = new();

    [Fact]
    public void One_sample_above_changes_nothing_and_two_in_a_row_do()
    {
        var signal = Sample(Initial(1), Cpu(0.9, silos: 1));
        Assert.Equal(1, signal.Wanted);
        signal = Sample(Sample(signal, Cpu(0.2, silos: 1)), Cpu(0.9, silos: 1));
        Assert.Equal(1, signal.Wanted);
        signal = Sample(signal, Cpu(0.9, silos: 1));
        Assert.Equal(2, signal.Wanted);
        Assert.Equal("cpu 0.90 of 1 silo, above 0.70", Assert.Single(signal.Reasons));
        Assert.Equal(signal.SampledAt, signal.Since);
    }

    [Fact]
    public void As_many_are_wanted_as_bring_each_below_the_limit()
    {
        var signal = Sample(Sample(Initial(2), Cpu(1.72, silos: 2)), Cpu(1.72, silos: 2));
        Assert.Equal(3, signal.Wanted);
        Assert.Equal("cpu 0.86 of 2 silos, above 0.70", Assert.Single(signal.Reasons));
    }

    [Fact]
    public void More_is_asked_for_again_only_when_the_last_ones_could_help()
    {
        var signal = Sample(Sample(Initial(1), Cpu(1, silos: 1)), Cpu(1, silos: 1));
        Assert.Equal(2, signal.Wanted);
        var raised = signal.Since;
        while (signal.Wanted == 2)
            signal = Sample(signal, Cpu(2, silos: 2));
        Assert.Equal((3, _options.RaiseAgainAfter), (signal.Wanted, signal.Since - raised));
    }

    [Theory]
    [InlineData("thread")]
    [InlineData("job")]
    [InlineData("event")]
    [InlineData("memory")]
    public void What_does_not_divide_asks_for_one_more_than_there_are_and_not_for_ever_more(string what)
    {
        var load = new ScaleLoad
        {
            Silos = 2,
            ThreadPoolDelayMs = what == "thread" ? 400 : 0,
            OldestJobSeconds = what == "job" ? 300 : 0,
            OldestEventSeconds = what == "event" ? 300 : 0,
            MemoryShare = what == "memory" ? 0.97 : 0.1,
        };
        var signal = Initial(2);
        for (var i = 0; i < 100; i++)
            signal = Sample(signal, load);
        Assert.Equal(3, signal.Wanted);
        Assert.Contains(what, Assert.Single(signal.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Grains_divide_among_silos()
    {
        var load = new ScaleLoad { Silos = 2, Activations = 3_400_000 };
        Assert.Equal(4, Sample(Sample(Initial(2), load), load).Wanted);
    }

    [Fact]
    public void Fewer_are_wanted_one_at_a_time_after_five_calm_minutes_each()
    {
        var signal = Initial(4);
        var changes = new List<(int Wanted, DateTimeOffset At)>();
        for (var i = 0; i < 20 * 60 / 5; i++)
        {
            var next = Sample(signal, Cpu(0.1, silos: signal.Wanted));
            if (next.Wanted != signal.Wanted)
                changes.Add((next.Wanted, next.Since));
            signal = next;
        }

        Assert.Equal([3, 2, 1], changes.Select(change => change.Wanted));
        Assert.All(changes.Zip(changes.Skip(1)), pair => Assert.Equal(_options.CalmFor, pair.Second.At - pair.First.At));
        Assert.StartsWith("cpu of 0.10 silos", Assert.Single(signal.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void One_busy_sample_begins_the_calm_anew()
    {
        var signal = Initial(2);
        for (var i = 0; i < 1_000; i++)
            signal = Sample(signal, Cpu(i % 50 == 49 ? 0.65 : 0.1, silos: 2));
        Assert.Equal(2, signal.Wanted);
    }

    [Fact]
    public void What_was_seen_before_a_time_in_which_nobody_looked_counts_no_more()
    {
        var signal = Sample(Initial(1), Cpu(1, silos: 1));
        signal = signal.Next(Cpu(1, silos: 1), signal.SampledAt!.Value.AddHours(1), _options);
        Assert.Equal((1, 1), (signal.Wanted, signal.SamplesAbove));

        signal = Sample(Initial(3), Cpu(0.1, silos: 3));
        Assert.NotNull(signal.CalmSince);
        signal = signal.Next(Cpu(0.1, silos: 3), signal.SampledAt!.Value.AddHours(1), _options);
        Assert.Equal(3, signal.Wanted);
    }

    [Fact]
    public void It_stays_within_its_limits_also_when_these_change()
    {
        _options.MaxSilos = 3;
        var signal = Initial(1);
        for (var i = 0; i < 100; i++)
            signal = Sample(signal, Cpu(9, silos: 9));
        Assert.Equal(3, signal.Wanted);
        _options.MaxSilos = 2;
        Assert.Equal(2, Sample(signal, Cpu(9, silos: 9)).Wanted);
        (_options.MinSilos, _options.MaxSilos) = (4, 5);
        signal = Initial(1);
        for (var i = 0; i < 1_000; i++)
            signal = Sample(signal, Cpu(0, silos: 4));
        Assert.Equal(4, signal.Wanted);
    }

    [Fact]
    public void Only_silos_that_are_to_go_on_and_are_warm_count()
    {
        RegisteredSilo[] silos =
        [
            Silo(SiloState.Ready, uptime: 60), Silo(SiloState.Starting, uptime: 60), Silo(SiloState.Ready, uptime: 3),
            Silo(SiloState.Draining, uptime: 60), Silo(SiloState.Stopping, uptime: 60), Silo(SiloState.Ready, uptime: 60) with { IsLive = false },
            Silo(SiloState.Ready, uptime: 60) with { DrainAskedAt = Begin }, Silo(SiloState.Ready, uptime: 60) with { Metrics = null },
        ];
        var load = ScaleLoad.Of(silos, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), _options);
        Assert.Equal((4, 1.0, 20.0, 300L), (load.Silos, load.Cpu, load.ThreadPoolDelayMs, load.Activations));
        Assert.Equal((2.0, 3.0, 0.25), (load.OldestJobSeconds, load.OldestEventSeconds, load.MemoryShare));
        Assert.Equal(0, ScaleLoad.Of([], TimeSpan.Zero, TimeSpan.Zero, _options).Silos);
    }

    [Fact]
    public void A_load_that_stays_in_a_band_settles_and_then_changes_nothing()
    {
        var random = Seeded(out var seed);
        for (var run = 0; run < 200; run++)
        {
            var silos = random.Next(1, 9);
            var (low, high) = (_options.CpuBelow * (silos - 1) + 0.01, _options.CpuAbove * silos);
            var world = new World(_options, random);
            for (var i = 0; i < 6 * 3_600 / 5; i++)
                world.Step(low + random.NextDouble() * (high - low));
            Assert.True(world.Changes.All(change => change > 0), $"seed {seed}: {world}");
            Assert.True(world.Changes.Count <= silos - 1 && world.Signal.Wanted <= silos, $"seed {seed}: {world}");
        }
    }

    [Fact]
    public void Whatever_the_load_does_silos_go_one_at_a_time_and_never_within_five_minutes()
    {
        var random = Seeded(out var seed);
        for (var run = 0; run < 100; run++)
        {
            var world = new World(_options, random);
            var load = 1.0;
            for (var i = 0; i < 6 * 3_600 / 5; i++)
            {
                // A walk, with leaps now and then.
                load = random.Next(100) == 0 ? random.NextDouble() * 8 : Math.Clamp(load + (random.NextDouble() - 0.5) * 0.6, 0, 8);
                world.Step(load);
            }

            var fewer = world.Changes.Where(change => change < 0).ToList();
            Assert.True(fewer.TrueForAll(change => change == -1), $"seed {seed}: {world}");
            Assert.True(fewer.Count <= 6 * 60 / _options.CalmFor.TotalMinutes, $"seed {seed}: {world}");
            Assert.True(world.LeastBetweenFewer >= _options.CalmFor, $"seed {seed}: {world}");
            Assert.True(world.Changes.Count <= 2 * fewer.Count + _options.MaxSilos, $"seed {seed}: {world}");
        }
    }

    [Fact]
    public void A_load_that_comes_at_once_is_served_within_minutes()
    {
        var random = Seeded(out var seed);
        for (var run = 0; run < 200; run++)
        {
            var load = 0.8 + random.NextDouble() * 6;
            var world = new World(_options, random);
            var steps = 0;
            while (world.Running < Math.Ceiling(load / _options.CpuAbove) && steps++ < 1_000)
                world.Step(load);
            Assert.True(steps <= 5 * 60 / 5, string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {load:0.00} took {steps * 5} s: {world}"));
        }
    }

    private static Random Seeded(out int seed)
    {
        seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        return new Random(seed);
    }

    private static ScaleSignal Initial(int wanted) =>
        new(wanted, Begin.AddHours(-1), ["nothing asks for more"], 0, CalmSince: null, Begin, new ScaleLoad());

    private static ScaleLoad Cpu(double cpu, int silos) => new() { Silos = silos, Cpu = cpu, MemoryShare = 0.1 };

    private static RegisteredSilo Silo(SiloState state, int uptime) => new(
        Guid.NewGuid(), "silo", "host:1", "1", state, Begin, Begin, DrainAskedAt: null, IsLive: true, TimeSpan.FromSeconds(uptime),
        new SiloMetrics { Cpu = state == SiloState.Starting ? 0.4 : 0.6, Cores = 2, ThreadPoolDelayMs = 20, Activations = 100, MemoryShare = 0.25 });

    private ScaleSignal Sample(ScaleSignal before, ScaleLoad load) => before.Next(load, before.SampledAt!.Value + _options.SampleEvery, _options);

    /// <summary>Silos that come and go as the signal says, some while later, and serve no more than they can.</summary>
    private sealed class World(ScaleOptions options, Random random)
    {
        private DateTimeOffset _now = Begin;
        private DateTimeOffset? _lastFewer;
        private DateTimeOffset _changing = DateTimeOffset.MaxValue;

        public ScaleSignal Signal { get; private set; } = Initial(1);

        public int Running { get; private set; } = 1;

        public List<int> Changes { get; } = [];

        public TimeSpan LeastBetweenFewer { get; private set; } = TimeSpan.MaxValue;

        public void Step(double load)
        {
            _now += options.SampleEvery;
            if (_now >= _changing)
                (Running, _changing) = (Signal.Wanted, DateTimeOffset.MaxValue);
            var next = Signal.Next(Cpu(Math.Min(load, Running), Running), _now, options);
            if (next.Wanted != Signal.Wanted)
            {
                Changes.Add(next.Wanted - Signal.Wanted);
                _changing = _now.AddSeconds(random.Next(1, 15));
                if (next.Wanted < Signal.Wanted)
                {
                    if (_lastFewer is { } last && _now - last < LeastBetweenFewer)
                        LeastBetweenFewer = _now - last;
                    _lastFewer = _now;
                }
            }

            Signal = next;
        }

        public override string ToString() => $"{Signal}, changes {string.Join(' ', Changes)}";
    }
}
