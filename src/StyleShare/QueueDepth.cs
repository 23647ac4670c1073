using System.Collections.Immutable;

namespace StyleShare;

/// <summary>How much work waits in a queue.</summary>
/// <param name="Type">What is queued: <c>jobs</c> or <c>events</c>.</param>
/// <param name="Name">The job's kind, or the stream's namespace.</param>
/// <param name="Waiting">How many wait, for their time too.</param>
/// <param name="Due">How many of them could be done now.</param>
/// <param name="Running">How many are being done.</param>
/// <param name="OldestDue">For how long the first of those that are due has been so; zero if none is.</param>
/// <param name="DonePerSecond">How many were done a second lately, by all silos; null where that is not known.</param>
public sealed record QueueDepth(
    string Type, string Name, long Waiting, long Due, long Running, TimeSpan OldestDue, double? DonePerSecond);

/// <summary>Tells operators how much waits; each feature that queues work registers one.</summary>
public interface IQueueDepths
{
    /// <summary>What is queued: <c>jobs</c> or <c>events</c>.</summary>
    string Type { get; }

    /// <summary>Its queues, by name. Counts, which takes the longer the more there is.</summary>
    Task<ImmutableArray<QueueDepth>> Read(CancellationToken cancellation);

    /// <summary>For how long the first of what could be done now has been so; zero if nothing waits. Looks at the heads of
    /// queues only, so that it may be asked every few seconds.</summary>
    Task<TimeSpan> OldestDue(CancellationToken cancellation);
}
