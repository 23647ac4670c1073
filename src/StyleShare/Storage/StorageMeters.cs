using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StyleShare.Storage;

/// <summary>What the committer tells of its work, on the meter and the activity source <c>StyleShare.Storage</c>.</summary>
internal sealed class StorageMeters
{
    public const string Name = "StyleShare.Storage";

    public static readonly ActivitySource Activities = new(Name);

    private readonly Histogram<int> _groupSize;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _commitTime;
    private readonly Counter<long> _committed;
    private readonly Counter<long> _failed;

    public StorageMeters(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        Meter = meter;
        _groupSize = meter.CreateHistogram<int>("styleshare.storage.group.size", "{change}", "Changes committed together.");
        _wait = meter.CreateHistogram<double>(
            "styleshare.storage.wait", "s", "How long the oldest change of a group waited until it was sent.");
        _commitTime = meter.CreateHistogram<double>("styleshare.storage.commit.duration", "s", "From sending a group to its answer.");
        _committed = meter.CreateCounter<long>("styleshare.storage.committed", "{change}", "Changes committed.");
        _failed = meter.CreateCounter<long>("styleshare.storage.failed", "{change}", "Changes not committed, by reason.");
    }

    public Meter Meter { get; }

    public void Committed(int changes, TimeSpan wait, TimeSpan duration)
    {
        _groupSize.Record(changes);
        _wait.Record(wait.TotalSeconds);
        _commitTime.Record(duration.TotalSeconds);
        _committed.Add(changes);
    }

    public void Failed(string reason) => _failed.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
