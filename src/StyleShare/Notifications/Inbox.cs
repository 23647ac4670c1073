namespace StyleShare.Notifications;

/// <summary>What an inbox knows of itself; its lines are rows.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="LastLine">The newest line's id; ids of later ones are greater.</param>
/// <param name="ReadUpTo">Lines up to this id are read.</param>
/// <param name="Unread">How many lines behind it have anything in them.</param>
/// <param name="Position">Grows with every commit that a reader would see.</param>
public sealed record Inbox(Guid UserId, Guid LastLine, Guid ReadUpTo, long Unread, long Position)
{
    /// <summary>An inbox that nothing has come to.</summary>
    public static Inbox Of(Guid user) => new(user, Guid.Empty, Guid.Empty, 0, 0);

    /// <summary>Whether the line is read.</summary>
    public bool HasRead(Guid line) => line.CompareTo(ReadUpTo) <= 0;

    /// <summary>Marks lines as read. What is read stays read.</summary>
    /// <param name="upTo">The newest one that was seen.</param>
    /// <param name="unreadBehind">How many lines behind it have anything in them.</param>
    public Inbox Read(Guid upTo, long unreadBehind) =>
        HasRead(upTo) ? this : this with { ReadUpTo = upTo, Unread = unreadBehind, Position = Position + 1 };
}

/// <summary>A line of an inbox, without those who are in it.</summary>
/// <param name="Count">How many people's act it tells of; one of none is not shown.</param>
/// <param name="CreatedAt">When the first of them did it: likes and follows of the same thing within an hour from then join it.</param>
public sealed record InboxLine(Guid Id, Thing Thing, long Count, DateTimeOffset CreatedAt, SystemText? System);

/// <summary>Somebody who is in a line.</summary>
public readonly record struct LineActor(Guid Line, Guid Actor, DateTimeOffset At);

/// <summary>What a batch of notices does to an inbox.</summary>
/// <param name="Next">The inbox behind it.</param>
/// <param name="Opened">New lines.</param>
/// <param name="Changed">Lines that were there, with their new counts.</param>
/// <param name="Joined">Who is in a line now that was not.</param>
/// <param name="Left">Who is in a line no longer.</param>
public sealed record InboxChange(
    Inbox Next,
    IReadOnlyList<InboxLine> Opened,
    IReadOnlyList<InboxLine> Changed,
    IReadOnlyList<LineActor> Joined,
    IReadOnlyList<LineActor> Left)
{
    /// <summary>Whether there is nothing to write.</summary>
    public bool IsNothing => Opened.Count + Changed.Count + Joined.Count + Left.Count == 0;
}
