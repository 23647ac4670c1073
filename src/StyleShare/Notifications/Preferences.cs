using System.Collections.Immutable;

namespace StyleShare.Notifications;

/// <summary>Where a person wants to learn of a kind of thing. Without the inbox there is no push and no mail either.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Wish(bool Inbox, bool Push, bool Mail);

/// <summary>What a person wants to be told of, and when not.</summary>
/// <param name="Version">Grows with each change; 0 for who never changed anything.</param>
[GenerateSerializer, Immutable]
public sealed record Preferences(
    Guid UserId, ImmutableArray<Wish> Wishes, QuietHours? QuietHours, bool Digest, long Version)
{
    /// <summary>The kinds, in the order of <see cref="Wishes"/>.</summary>
    public static readonly ImmutableArray<NotificationKind> Kinds =
    [
        NotificationKind.Like, NotificationKind.Comment, NotificationKind.Mention, NotificationKind.Follow, NotificationKind.System,
    ];

    /// <summary>What holds for a person who never said anything: everything is in the inbox and pushed, nothing is mailed at
    /// once, and the digest comes.</summary>
    public static Preferences Default(Guid user) =>
        new(user, ImmutableArray.CreateRange(Kinds, _ => new Wish(Inbox: true, Push: true, Mail: false)), null, Digest: true, 0);

    /// <summary>What is wished for a kind.</summary>
    public Wish this[NotificationKind kind]
    {
        get
        {
            var wish = Wishes[Kinds.IndexOf(kind)];
            return wish.Inbox ? wish : default;
        }
    }

    /// <summary>The preferences with another wish for a kind.</summary>
    public Preferences With(NotificationKind kind, Wish wish) =>
        this with { Wishes = Wishes.SetItem(Kinds.IndexOf(kind), wish) };

    /// <summary>Why these cannot be kept; null if they can.</summary>
    public Refusal? Problem()
    {
        if (Wishes.Length != Kinds.Length)
            return NotificationErrors.InvalidPreferences("kinds", "Must be all kinds.");
        if (!Wishes[Kinds.IndexOf(NotificationKind.System)].Inbox)
            return NotificationErrors.InvalidPreferences("kinds.system.inbox", SystemStays);
        if (QuietHours is { } quiet)
        {
            if (quiet.From == quiet.To)
                return NotificationErrors.InvalidPreferences("quietHours.to", NoQuiet);
            if (!QuietHours.IsTimeZone(quiet.TimeZone))
                return NotificationErrors.InvalidPreferences("quietHours.timeZone", NoTimeZone);
        }

        return null;
    }

    /// <summary>What to tell a person who wants no word from the service.</summary>
    public const string SystemStays = "Must be true: this is how the service reaches a person.";

    /// <summary>What to tell a person whose quiet hours have no length.</summary>
    public const string NoQuiet = "Must not be the same as from.";

    /// <summary>What to tell a person whose time zone is not known.</summary>
    public const string NoTimeZone = "Must be a name of the IANA time zone database, such as Asia/Seoul.";
}
