using System.Diagnostics.Metrics;

namespace StyleShare.Silos;

/// <summary>What the registry tells of itself, on the meter <c>StyleShare.Silos</c>; every silo tells the same of the signal.</summary>
internal sealed class SiloMeters
{
    public const string Name = "StyleShare.Silos";

    private volatile ScaleSignal? _signal;

    public SiloMeters(IMeterFactory factory)
    {
        Meter = factory.Create(Name);
        _ = Meter.CreateObservableGauge("styleshare.scale.wanted", () => Of(signal => signal.Wanted), "{silo}", "Silos that the load asks for.");
        _ = Meter.CreateObservableGauge("styleshare.scale.running", () => Of(signal => signal.Load.Silos), "{silo}", "Silos that run and are to go on.");
    }

    public Meter Meter { get; }

    public void Tell(ScaleSignal signal) => _signal = signal;

    private IEnumerable<Measurement<int>> Of(Func<ScaleSignal, int> what) => _signal is { } signal ? [new(what(signal))] : [];
}
