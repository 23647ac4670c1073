using System.Diagnostics;
using Orleans.Diagnostics;

namespace Orleans.Embedded;

/// <summary>An activity around the sending of a call, and one around its run; only while someone listens.</summary>
internal static class CallTracing
{
    private static readonly ActivitySource Source = new(ActivitySources.ApplicationGrainActivitySourceName);

    /// <summary>Whether a call that is about to leave is traced.</summary>
    public static bool IsOn(Silo silo) => silo.PropagatesActivities && (Source.HasListeners() || Activity.Current is not null);

    public static Activity? StartClient(IMessage message, FilteredCall call) => Describe(
        Source.StartActivity(message.GetActivityName(), ActivityKind.Client), call);

    public static Activity? StartServer(IMessage message, FilteredCall call) => message.Header.Context is { Trace: var trace } && trace != default
        ? Describe(Source.StartActivity(message.GetActivityName(), ActivityKind.Server, trace), call)
        : null;

    public static void Fail(Activity? activity, Exception exception)
    {
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
        activity?.AddException(exception);
    }

    private static Activity? Describe(Activity? activity, FilteredCall call)
    {
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("rpc.system", "orleans");
            activity.SetTag("rpc.service", call.InterfaceName);
            activity.SetTag("rpc.method", call.MethodName);
            activity.SetTag("rpc.orleans.target_id", call.TargetId.ToString());
            if (call.SourceId is { } source)
                activity.SetTag("rpc.orleans.source_id", source.ToString());
        }

        return activity;
    }
}

/// <summary>Says that calls carry the trace that they belong to.</summary>
internal sealed class ActivityPropagation;
