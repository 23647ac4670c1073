namespace StyleShare.Jobs;

/// <summary>Does the jobs of one kind. A singleton: it keeps nothing of a job but in local variables.</summary>
/// <remarks>
/// A job is done at least once: after a crash it is run again. What must not happen twice is put into one change with the
/// job's completion (<see cref="JobContext.CompleteWith"/>), or is known to its receiver by the job's id.
/// </remarks>
public interface IJobHandler<in TPayload>
{
    /// <summary>Does a job; it is done when the task ends well.</summary>
    /// <param name="context">What is known of the job besides its payload.</param>
    /// <param name="payload">What was enqueued.</param>
    /// <param name="cancellation">Cancelled at the kind's time limit, and when the silo stops.</param>
    /// <exception cref="RetryLater">To be tried again at a time that the handler knows.</exception>
    /// <exception cref="JobRefused">It will never go well: a dead letter at once.</exception>
    /// <exception cref="Exception">Any other one is a failed try.</exception>
    Task Run(JobContext context, TPayload payload, CancellationToken cancellation);
}

/// <summary>Thrown by a handler: the job is to be tried again after a given time, such as a <c>Retry-After</c>.</summary>
/// <param name="after">When, from now on; bounded by the kind's longest pause.</param>
/// <param name="why">For operators; without personal data.</param>
/// <param name="countsAsTry">False if nobody is to blame (a quota): then it does not come nearer to its last try.</param>
public sealed class RetryLater(TimeSpan after, string why, bool countsAsTry = true) : Exception(why)
{
    /// <summary>When to try again, from now on.</summary>
    public TimeSpan After { get; } = after;

    /// <summary>Whether the try counts.</summary>
    public bool CountsAsTry { get; } = countsAsTry;
}

/// <summary>Thrown by a handler: the job will never go well, so it is a dead letter without further tries.</summary>
/// <param name="why">For operators; without personal data.</param>
public sealed class JobRefused(string why) : Exception(why);
