using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StyleShare.Push;

/// <summary>What pushes come to, on the meter <c>StyleShare.Push</c>.</summary>
internal sealed class PushMeters
{
    public const string Name = "StyleShare.Push";

    private readonly Histogram<double> _duration;

    public PushMeters(IMeterFactory factory) => _duration = factory.Create(Name).CreateHistogram<double>(
        "styleshare.push.duration", "s", "From sending a push to its outcome, by platform and outcome.");

    public void Sent(PushPlatform platform, PushOutcome outcome, TimeSpan duration) => Record(platform, NameOf(outcome), duration);

    public void Failed(PushPlatform platform, TimeSpan duration) => Record(platform, "failed", duration);

    private void Record(PushPlatform platform, string outcome, TimeSpan duration)
    {
        var tags = new TagList { { "platform", PushAddress.NameOf(platform) }, { "outcome", outcome } };
        _duration.Record(duration.TotalSeconds, tags);
    }

    private static string NameOf(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Delivered => "delivered",
        PushOutcome.Forget => "forget",
        PushOutcome.RetryAfter => "retry",
        _ => "refused",
    };
}
