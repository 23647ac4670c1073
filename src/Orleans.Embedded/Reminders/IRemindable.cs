using Orleans.Runtime;

namespace Orleans
{
    /// <summary>
    /// A grain that reminders wake: unlike a timer, a reminder is durable, survives the activation and the silo, and activates
    /// the grain when it is due.
    /// </summary>
    public interface IRemindable : IGrain
    {
        /// <summary>A reminder is due. If this throws, that is logged, and the reminder comes again after its period.</summary>
        /// <param name="reminderName">The name that it was registered by.</param>
        /// <param name="status">Which of its ticks this is.</param>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }
}

namespace Orleans.Runtime
{
    /// <summary>A registered reminder, as <see cref="GrainReminderExtensions"/> hands it out.</summary>
    public interface IGrainReminder
    {
        /// <summary>Its name, which the grain gave it.</summary>
        string ReminderName { get; }
    }

    /// <summary>Which tick of a reminder this is; times are in UTC.</summary>
    [GenerateSerializer]
    [Immutable]
    public readonly struct TickStatus
    {
        /// <summary>A tick.</summary>
        public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
        {
            FirstTickTime = firstTickTime;
            Period = period;
            CurrentTickTime = timeStamp;
        }

        /// <summary>When the first tick was due; all others are due whole periods after it.</summary>
        [Id(0)]
        public DateTime FirstTickTime { get; }

        /// <summary>The time from tick to tick.</summary>
        [Id(1)]
        public TimeSpan Period { get; }

        /// <summary>When this tick was sent. Several periods may have passed since the last one: those are not made up for.</summary>
        [Id(2)]
        public DateTime CurrentTickTime { get; }

        /// <summary>The three of them.</summary>
        public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
    }

    /// <summary>A reminder could not be registered or removed.</summary>
    public class ReminderException : OrleansException
    {
        /// <summary>An exception with a text.</summary>
        public ReminderException(string message)
            : base(message)
        {
        }
    }
}
