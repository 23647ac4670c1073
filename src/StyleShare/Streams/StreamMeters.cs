using System.Diagnostics.Metrics;

namespace StyleShare.Streams;

/// <summary>What streams tell of their work, on the meter <c>StyleShare.Streams</c>.</summary>
internal sealed class StreamMeters
{
    public const string Name = "StyleShare.Streams";

    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _died;
    private readonly Counter<long> _read;
    private readonly Counter<long> _acknowledged;
    private readonly Histogram<double> _latency;

    public StreamMeters(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        Meter = meter;
        _delivered = meter.CreateCounter<long>("styleshare.streams.delivered", "{event}", "Events that consumers have handled.");
        _failed = meter.CreateCounter<long>("styleshare.streams.failed", "{try}", "Tries that failed.");
        _died = meter.CreateCounter<long>("styleshare.streams.died", "{event}", "Events that became dead letters.");
        _read = meter.CreateCounter<long>("styleshare.streams.read", "{event}", "Events that were read from the outbox.");
        _acknowledged = meter.CreateCounter<long>("styleshare.streams.acknowledged", "{event}", "Events that were done and deleted.");
        _latency = meter.CreateHistogram<double>(
            "styleshare.streams.latency", "s", "From the commit of an event (by the database's clock) to its being handled.");
    }

    public Meter Meter { get; }

    public void Delivered(IReadOnlyList<StreamEvent> events, DateTimeOffset now)
    {
        _delivered.Add(events.Count);
        if (!_latency.Enabled)
            return;
        foreach (var e in events)
            _latency.Record(Math.Max(0, (now - e.RaisedAt).TotalSeconds));
    }

    public void Read(int events) => _read.Add(events);

    public void Acknowledged(int events) => _acknowledged.Add(events);

    public void Failed(string consumer) => _failed.Add(1, new KeyValuePair<string, object?>("consumer", consumer));

    public void Died(string consumer) => _died.Add(1, new KeyValuePair<string, object?>("consumer", consumer));
}
