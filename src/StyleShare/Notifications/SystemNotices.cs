using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>What the service says to a person: a line of the inbox in words of its own.</summary>
/// <param name="At">When it became true.</param>
public sealed record SystemNotice(SystemText Text, DateTimeOffset At)
{
    /// <summary>Streams of these; the key is the person's id in the form <c>N</c>.</summary>
    public const string Namespace = "system-notices";
}

/// <summary>Lets features tell a person something.</summary>
public static class SystemNotices
{
    /// <summary>Tells a person something, if the change is committed.</summary>
    public static void Tell(this Change change, Guid person, SystemNotice notice) => change.RaiseTogether(
        SystemNotice.Namespace, person.ToString("N"), notice.At, notice, NotificationJson.Default.ListSystemNotice);
}
