using System.Diagnostics.Metrics;

namespace StyleShare.Silos;

/// <summary>Reads from the engine's own meter how many grains are in memory.</summary>
internal sealed class ActivationCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public ActivationCounter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // A meter that names a factory is of the host whose factory it is.
            if (instrument is { Name: "orleans-catalog-activations", Meter.Name: "Microsoft.Orleans" }
                && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters)))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, count, _, _) => _count += count);
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => _count += count);
        _listener.Start();
    }

    /// <summary>How many there are now. One call at a time.</summary>
    public long Read()
    {
        _count = 0;
        _listener.RecordObservableInstruments();
        return _count;
    }

    public void Dispose() => _listener.Dispose();
}
