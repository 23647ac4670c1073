using Orleans.Concurrency;

namespace StyleShare.Notifications;

/// <summary>Where an inbox is.</summary>
/// <param name="Position">Grows with everything that a reader would see.</param>
/// <param name="Unread">How many lines are unread.</param>
[GenerateSerializer, Immutable]
public readonly record struct InboxState(long Position, long Unread);

/// <summary>The inbox of a person: the only writer of its lines. Its key is the person's id.</summary>
/// <remarks>It listens to what happens on posts, to follows, and to what the service says.</remarks>
public interface IInboxGrain : IGrainWithGuidKey
{
    /// <summary>Where it is.</summary>
    [AlwaysInterleave]
    Task<InboxState> State();

    /// <summary>Waits until it is somewhere else than the caller knows, or the time is over.</summary>
    /// <param name="position">What the caller knows.</param>
    /// <param name="atMost">How long; well below the time limit of calls.</param>
    [AlwaysInterleave]
    Task<InboxState> WaitFor(long position, TimeSpan atMost);

    /// <summary>Marks everything up to a line as read; idempotent.</summary>
    /// <exception cref="Refusal"><c>notification_not_found</c>.</exception>
    Task<InboxState> Read(Guid upTo);

    /// <summary>Forgets everything in it, of a person who is gone. Idempotent; only the eraser calls it.</summary>
    Task Erase();
}
