using System.Diagnostics.Metrics;

namespace StyleShare.Jobs;

/// <summary>What jobs tell of themselves, on the meter <c>StyleShare.Jobs</c>.</summary>
internal sealed class JobMeters
{
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;

    public JobMeters(IMeterFactory factory)
    {
        var meter = factory.Create("StyleShare.Jobs");
        _ended = meter.CreateCounter<long>("styleshare.jobs.ended", "{job}", "Tries that ended, by kind and verdict.");
        _duration = meter.CreateHistogram<double>("styleshare.jobs.duration", "s", "How long tries took, by kind.");
    }

    public void Ended(string kind, JobVerdict verdict, TimeSpan duration)
    {
        _ended.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("verdict", Name(verdict)));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }

    private static string Name(JobVerdict verdict) => verdict switch
    {
        JobVerdict.Done => "done",
        JobVerdict.Retry => "retry",
        JobVerdict.Postpone => "postpone",
        _ => "dead",
    };
}
