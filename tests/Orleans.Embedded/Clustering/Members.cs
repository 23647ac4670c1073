using System.Net;
using Orleans.Embedded;

namespace EngineTests.Clustering;

/// <summary>Entries and views for tests.</summary>
internal static class Members
{
    public static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    public static readonly HashSet<SiloAddress> Nobody = [];

    public static SiloAddress Address(int number, int generation = 1) => SiloAddress.New(IPAddress.Loopback, 5000 + number, generation);

    public static ClusterMember Member(int number, SiloStatus status = SiloStatus.Active, int generation = 1, params Suspicion[] suspicions) =>
        new(Address(number, generation), $"silo-{number}", "host", status, [.. suspicions], Start, Start);

    public static ClusterView View(params ClusterMember[] members) => new(7, members);

    /// <summary>A view of silos 0, 1, ... that are active.</summary>
    public static ClusterView ActiveView(int count) => View([.. Enumerable.Range(0, count).Select(number => Member(number))]);
}

/// <summary>A clock that stands still until it is moved; the running time too.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _running;

    public DateTimeOffset Now { get; set; } = new(Members.Start);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => _running.Ticks;

    public void Run(TimeSpan time)
    {
        _running += time;
        Now += time;
    }
}
