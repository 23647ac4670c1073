using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orleans.Embedded;

/// <summary>The meter under Orleans' names.</summary>
internal sealed class SiloMetrics : IDisposable
{
    private readonly Meter _meter = new("Microsoft.Orleans");
    private readonly Counter<int> _created;
    private readonly Counter<int> _destroyed;
    private readonly Counter<int> _failed;
    private readonly Counter<int> _collections;
    private readonly Counter<int> _timedOut;

    public SiloMetrics(Silo silo)
    {
        _created = _meter.CreateCounter<int>("orleans-catalog-activation-created");
        _destroyed = _meter.CreateCounter<int>("orleans-catalog-activation-destroyed");
        _failed = _meter.CreateCounter<int>("orleans-catalog-activation-failed-to-activate");
        _collections = _meter.CreateCounter<int>("orleans-catalog-activation-collections");
        _timedOut = _meter.CreateCounter<int>("orleans-app-requests-timedout");
        _meter.CreateObservableGauge("orleans-catalog-activations", () => silo.Catalog.Classes.Sum(c => c.ActivationCount));
        _meter.CreateObservableGauge("orleans-grains", () => silo.Catalog.Classes
            .Select(c => new Measurement<int>(c.ActivationCount, new KeyValuePair<string, object?>("type", c.Type.Name))));
    }

    public void OnActivated(GrainClass grainClass) => Count(_created, grainClass);

    public void OnDeactivated(GrainClass grainClass) => Count(_destroyed, grainClass);

    public void OnActivationFailed(GrainClass grainClass) => Count(_failed, grainClass);

    public void OnCollected(int count)
    {
        if (count != 0)
            _collections.Add(1);
    }

    public void OnTimedOut() => _timedOut.Add(1);

    public void Dispose() => _meter.Dispose();

    private static void Count(Counter<int> counter, GrainClass grainClass)
    {
        if (counter.Enabled)
            counter.Add(1, new TagList { { "type", grainClass.Type.Name } });
    }
}
