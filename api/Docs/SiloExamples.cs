using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which operators look after silos.</summary>
internal static class SiloExamples
{
    public const string SiloId = "0199d1a6-6000-7c10-9a3b-1f2e3d4c5b6a";

    public static readonly BodyExample Silos = Examples.Example(
        "silos", "One that serves, and one that goes",
        new SilosResponse([
            new SiloResponse(
                Guid.Parse("0199d1a6-5f00-7b21-8c4d-2a3b4c5d6e7f"), "silo-1", "10.0.0.11:8080", "1.6.0", "ready", Live: true,
                Examples.Joined, UptimeSeconds: 86_412.3, Examples.Joined.AddHours(24), DrainAskedAt: null,
                new SiloMetricsResponse(0.43, Cores: 2, ThreadPoolDelayMs: 0.12, Activations: 48_211, MemoryBytes: 611_000_000, MemoryShare: 0.15)),
            new SiloResponse(
                Guid.Parse(SiloId), "silo-2", "10.0.0.12:8080", "1.6.0", "draining", Live: true,
                Examples.Joined, UptimeSeconds: 86_409.8, Examples.Joined.AddHours(24), Examples.Joined.AddHours(24),
                new SiloMetricsResponse(0.39, Cores: 2, ThreadPoolDelayMs: 0.1, Activations: 47_940, MemoryBytes: 602_000_000, MemoryShare: 0.15)),
        ]),
        ApiJson.Default.SilosResponse);

    public static readonly BodyExample Drained = Examples.Example(
        "drained", "It goes", new DrainResponse(Guid.Parse(SiloId), "silo-2", Examples.Joined), ApiJson.Default.DrainResponse);

    public static readonly BodyExample Scale = Examples.Example(
        "scale", "Two run, three are wanted",
        new ScaleResponse(
            Wanted: 3, Running: 2, ["cpu 0.86 of 2 silos, above 0.70"], Examples.Joined, Examples.Joined.AddSeconds(5),
            new ScaleLoadResponse(
                Silos: 2, Cpu: 1.72, ThreadPoolDelayMs: 3.1, OldestJobSeconds: 0.4, OldestEventSeconds: 0, Activations: 96_151, MemoryShare: 0.15)),
        ApiJson.Default.ScaleResponse);
}
