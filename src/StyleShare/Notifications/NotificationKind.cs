namespace StyleShare.Notifications;

/// <summary>What a person is told of. The numbers are stored.</summary>
public enum NotificationKind
{
    /// <summary>People like a post of theirs.</summary>
    Like = 1,

    /// <summary>Somebody commented on a post of theirs.</summary>
    Comment = 2,

    /// <summary>Somebody named them, in a caption or in a comment.</summary>
    Mention = 3,

    /// <summary>People follow them.</summary>
    Follow = 4,

    /// <summary>The service itself has something to say.</summary>
    System = 5,
}

/// <summary>What the service says to a person, in the languages that it speaks.</summary>
[GenerateSerializer, Immutable]
public sealed record SystemText(string Korean, string English);

/// <summary>Names of kinds, as the API and the data of pushes have them.</summary>
public static class NotificationKinds
{
    /// <summary>The name.</summary>
    public static string NameOf(NotificationKind kind) => kind switch
    {
        NotificationKind.Like => "like",
        NotificationKind.Comment => "comment",
        NotificationKind.Mention => "mention",
        NotificationKind.Follow => "follow",
        NotificationKind.System => "system",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind has no name."),
    };
}
