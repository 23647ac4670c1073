using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What the reminder service logs.</summary>
internal static partial class ReminderLog
{
    [LoggerMessage(1, LogLevel.Warning, "The reminder {Name} of {Grain} was not received without an error; it comes again at {Next:O}.")]
    public static partial void TickFailed(this ILogger log, string name, GrainId grain, DateTime next, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Reminders cannot be read; tried again each {Pause}.")]
    public static partial void Lost(this ILogger log, TimeSpan pause, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Reminders can be read again.")]
    public static partial void Back(this ILogger log);

    [LoggerMessage(4, LogLevel.Warning, "That the reminder {Name} of {Grain} ticked could not be written down: it will tick once more.")]
    public static partial void TicksAgain(this ILogger log, string name, GrainId grain, Exception exception);
}
