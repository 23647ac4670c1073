using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.TestingHost;

namespace Compliance;

/// <summary>A silo that passes activities on.</summary>
public sealed class TracedCluster : ClusterFixture<TracedCluster.Configurator>
{
    public sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddActivityPropagation();
    }
}

/// <summary>Traces and meters under the names that dashboards know.</summary>
public sealed class TelemetryTests(TracedCluster cluster) : IClassFixture<TracedCluster>
{
    [Fact]
    public async Task A_call_between_grains_is_an_activity_of_the_callers_trace()
    {
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Microsoft.Orleans.Application" or "compliance",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("compliance");
        var key = Guid.NewGuid().ToString();
        ActivityTraceId trace;
        using (var parent = source.StartActivity("parent")!)
        {
            trace = parent.TraceId;
            Assert.Equal(trace.ToString(), await cluster.Grains.GetGrain<ITracedGrain>(key).AskOtherForItsTrace());
        }

        var calls = seen.Where(a => a.TraceId == trace && a.Source.Name == "Microsoft.Orleans.Application").ToList();
        Assert.Contains(calls, static a => a.OperationName.EndsWith("ITracedGrain/Trace", StringComparison.Ordinal));
        Assert.Contains(calls, static a => a.Kind == ActivityKind.Server);
    }

    [Fact]
    public async Task A_failed_call_is_an_activity_with_an_error()
    {
        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Microsoft.Orleans.Application",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue
        };
        ActivitySource.AddActivityListener(listener);
        var grain = cluster.Grains.GetGrain<ITracedGrain>(Guid.NewGuid().ToString());
        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.FailTraced());
        Assert.Contains(seen, static a =>
            a.OperationName.EndsWith("ITracedGrain/FailTraced", StringComparison.Ordinal) && a.Status == ActivityStatusCode.Error);
    }

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
        await cluster.Grains.GetGrain<ITracedGrain>(Guid.NewGuid().ToString()).Trace();
        listener.RecordObservableInstruments();
        Assert.Contains("orleans-catalog-activations", names.Keys);
        Assert.True(Interlocked.Read(ref activations) > 0);
    }
}

public interface ITracedGrain : IGrainWithStringKey
{
    Task<string> AskOtherForItsTrace();

    Task<string> Trace();

    Task FailTraced();
}

public sealed class TracedGrain : Grain, ITracedGrain
{
    public Task<string> AskOtherForItsTrace() =>
        GrainFactory.GetGrain<ITracedGrain>($"{this.GetPrimaryKeyString()}+").Trace();

    public Task<string> Trace() => Task.FromResult($"{Activity.Current?.TraceId}");

    public Task FailTraced() => throw new InvalidOperationException("traced");
}
