using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Compliance;

/// <summary>Meters under the names that dashboards know.</summary>
public sealed class TelemetryTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_meter_has_Orleans_name_and_counts_activations()
    {
        var names = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        long activations = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meter) =>
            {
                if (instrument.Meter.Name != "Microsoft.Orleans") return;
                names[instrument.Name] = true;
                if (instrument.Name == "orleans-catalog-activations") meter.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => Interlocked.Add(ref activations, value));
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref activations, value));
        listener.Start();
        await cluster.Grains.GetGrain<ITracedGrain>(Guid.NewGuid().ToString()).Touch();
        listener.RecordObservableInstruments();
        Assert.Contains("orleans-catalog-activations", names.Keys);
        Assert.True(Interlocked.Read(ref activations) > 0);
    }
}

public interface ITracedGrain : IGrainWithStringKey
{
    Task Touch();
}

public sealed class TracedGrain : Grain, ITracedGrain
{
    public Task Touch() => Task.CompletedTask;
}
