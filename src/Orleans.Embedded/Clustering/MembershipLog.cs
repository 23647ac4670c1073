using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What membership logs.</summary>
internal static partial class MembershipLog
{
    [LoggerMessage(1, LogLevel.Information, "Silo {Silo} is {Status}; version {Version} of the cluster, {Active} active.")]
    public static partial void StatusChanged(this ILogger log, SiloAddress silo, SiloStatus status, long version, int active);

    [LoggerMessage(2, LogLevel.Warning, "The membership table cannot be reached; version {Version} of the cluster is kept until it can.")]
    public static partial void TableLost(this ILogger log, long version, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "The membership table can be reached again.")]
    public static partial void TableBack(this ILogger log);

    [LoggerMessage(4, LogLevel.Warning, "Silo {Silo} does not answer: {Missed} probes missed, {Refused} refused.")]
    public static partial void DoesNotAnswer(this ILogger log, SiloAddress silo, int missed, int refused, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Silo {Silo} answers again.")]
    public static partial void AnswersAgain(this ILogger log, SiloAddress silo);

    [LoggerMessage(6, LogLevel.Warning, "Silo {Silo} does not answer here, but {Other} reaches it: no vote.")]
    public static partial void OtherReachesIt(this ILogger log, SiloAddress silo, SiloAddress other);

    [LoggerMessage(7, LogLevel.Warning, "Voted that silo {Silo} is dead; {Votes} of {Needed} votes.")]
    public static partial void Voted(this ILogger log, SiloAddress silo, int votes, int needed);

    [LoggerMessage(8, LogLevel.Warning, "Declared silo {Silo} dead.")]
    public static partial void DeclaredDead(this ILogger log, SiloAddress silo);

    [LoggerMessage(9, LogLevel.Warning, "The vote that silo {Silo} is dead, or that it is not, could not be written.")]
    public static partial void VoteFailed(this ILogger log, SiloAddress silo, Exception exception);

    [LoggerMessage(10, LogLevel.Critical, "The others declared this silo ({Silo}) dead: it stops at once.")]
    public static partial void Evicted(this ILogger log, SiloAddress silo);

    [LoggerMessage(11, LogLevel.Warning, "That this silo is {Status} could not be written: the others will have to find out.")]
    public static partial void StatusNotWritten(this ILogger log, SiloStatus status, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "Something that follows the cluster's members failed at version {Version}.")]
    public static partial void SubscriberFailed(this ILogger log, long version, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "This process stood still for {Milliseconds:F0} ms: probes of that time do not count.")]
    public static partial void StoodStill(this ILogger log, double milliseconds);

    [LoggerMessage(14, LogLevel.Warning, "Active silos that this one cannot reach yet: {Silos}.")]
    public static partial void CannotReach(this ILogger log, string silos);

    [LoggerMessage(15, LogLevel.Information, "Entry of {Silo} from an earlier start at the same port: marked dead.")]
    public static partial void EarlierLife(this ILogger log, SiloAddress silo);
}
