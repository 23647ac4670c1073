using System.Collections.Immutable;

namespace StyleShare.People;

/// <summary>A person, and the rules of what may happen to them. Null stands for one who never signed up.</summary>
/// <remarks>
/// Who follows them is no part of this record, for there is no bound to it; the grain knows, and asks only for changes: a
/// follower who did not follow before, and so on.
/// </remarks>
public sealed record User(
    Guid Id,
    string Handle,
    string Email,
    string DisplayName,
    string Bio,
    Guid? AvatarPhotoId,
    string Locale,
    long Followers,
    DateTimeOffset CreatedAt,
    DateTimeOffset? GoneAt)
{
    /// <summary>When the person proved that the address is theirs; null until they have.</summary>
    public DateTimeOffset? EmailVerifiedAt { get; init; }

    /// <summary>The picture that <see cref="AvatarPhotoId"/> is (see <c>PhotoView.Content</c>); null until it is ready.</summary>
    public string? Avatar { get; init; }

    /// <summary>Whether others may know of them.</summary>
    public bool IsHere => GoneAt is null;

    /// <summary>A new person.</summary>
    public static User New(Guid id, string handle, string email, string displayName, string? locale, DateTimeOffset now) =>
        new(id, handle, email, displayName, "", null, locale ?? People.Locale.English, 0, now, null);

    /// <summary>The person, if others may know of them.</summary>
    /// <exception cref="Refusal"><c>user_not_found</c>.</exception>
    public static User Existing(User? user) => user is { IsHere: true } ? user : throw PeopleErrors.UserNotFound();

    /// <summary>Whether an edit based on the other one would undo nothing of this one; followers come and go meanwhile.</summary>
    public bool HasProfileOf(User other) => this with { Followers = other.Followers } == other;

    /// <summary>Edits the profile; what is null in the command stays. Checks texts once more.</summary>
    /// <param name="avatar">The picture that the command's photo is; null if it is not ready.</param>
    /// <exception cref="Refusal"><c>invalid_…</c>.</exception>
    public Decision<User, UserFact> Edit(EditProfile command, DateTimeOffset now, string? avatar = null)
    {
        var edited = this with
        {
            DisplayName = command.DisplayName is { } name ? Clean("display_name", name, ProfileText.DisplayName) : DisplayName,
            Bio = command.Bio is { } bio ? Clean("bio", bio, ProfileText.Bio) : Bio,
            AvatarPhotoId = command.ClearAvatar ? null : command.AvatarPhotoId ?? AvatarPhotoId,
            Avatar = command.ClearAvatar ? null : command.AvatarPhotoId is null || command.AvatarPhotoId == AvatarPhotoId ? Avatar ?? avatar : avatar,
            Locale = command.Locale is { } locale ? CleanLocale(locale) : Locale,
            Email = command.Email ?? Email,
        };
        if (edited.Email != Email)
            return new(edited with { EmailVerifiedAt = null }, [UserFact.EmailChanged(Id, now), .. AvatarFacts(edited)]);
        return edited == this ? Decision<User, UserFact>.Nothing(this) : new(edited, [UserFact.Edited, .. AvatarFacts(edited)]);
    }

    /// <summary>The photo that they chose is ready: they are shown by it from here on.</summary>
    public Decision<User, UserFact> ShowAvatar(Guid photo, string avatar) => AvatarPhotoId == photo && Avatar != avatar
        ? new(this with { Avatar = avatar }, [UserFact.Edited])
        : Decision<User, UserFact>.Nothing(this);

    /// <summary>The photo that they chose cannot be shown: it is as if they had not chosen it.</summary>
    public Decision<User, UserFact> DropAvatar(Guid photo)
    {
        if (AvatarPhotoId != photo)
            return Decision<User, UserFact>.Nothing(this);
        var edited = this with { AvatarPhotoId = null, Avatar = null };
        return new(edited, AvatarFacts(edited));
    }

    /// <summary>The person has opened what was mailed to their address.</summary>
    public Decision<User, UserFact> ConfirmEmail(DateTimeOffset now) => EmailVerifiedAt is null
        ? new(this with { EmailVerifiedAt = now }, [UserFact.Edited])
        : Decision<User, UserFact>.Nothing(this);

    /// <summary>Somebody who did not do so before follows this person.</summary>
    /// <exception cref="Refusal"><c>user_not_found</c>.</exception>
    public static Decision<User, UserFact> AddFollower(User? user, Guid follower, DateTimeOffset now)
    {
        var existing = Existing(user);
        return new(existing with { Followers = existing.Followers + 1 }, [UserFact.Followed(existing.Id, follower, now)]);
    }

    /// <summary>Somebody follows this person no longer; also one who is gone, whose rows the eraser clears away.</summary>
    public Decision<User, UserFact> RemoveFollower(Guid follower, DateTimeOffset now) =>
        new(this with { Followers = Followers - 1 }, [UserFact.Unfollowed(Id, follower, now)]);

    /// <summary>The person is gone for everybody.</summary>
    public Decision<User, UserFact> Vanish(DateTimeOffset now) =>
        IsHere ? new(this with { GoneAt = now }, [UserFact.Edited]) : Decision<User, UserFact>.Nothing(this);

    /// <summary>What is left of a person who is gone: a number without a face.</summary>
    public Decision<User, UserFact> Scrub(DateTimeOffset now)
    {
        var scrubbed = this with
        {
            Handle = "",
            Email = "",
            DisplayName = "",
            Bio = "",
            AvatarPhotoId = null,
            Avatar = null,
            Locale = People.Locale.English,
            EmailVerifiedAt = null,
            GoneAt = GoneAt ?? now,
        };
        return scrubbed == this ? Decision<User, UserFact>.Nothing(this) : new(scrubbed, [UserFact.Edited, .. AvatarFacts(scrubbed)]);
    }

    /// <summary>What others see.</summary>
    public UserView View(long posts, long version) =>
        new(Id, Handle, DisplayName, Bio, AvatarPhotoId, Avatar, posts, Followers, CreatedAt, version);

    private ImmutableArray<UserFact> AvatarFacts(User edited)
    {
        if (edited.AvatarPhotoId == AvatarPhotoId)
            return [];
        var facts = ImmutableArray.CreateBuilder<UserFact>();
        if (AvatarPhotoId is { } before)
            facts.Add(UserFact.AvatarHidden(Id, before));
        if (edited.AvatarPhotoId is { } after)
            facts.Add(UserFact.AvatarShown(Id, after));
        return facts.DrainToImmutable();
    }

    private static string Clean(string field, string text, TextRule rule)
    {
        var problem = Text.Clean(text, rule, out var clean);
        return problem == TextProblem.None ? clean : throw PeopleErrors.Invalid(field, Text.Describe(problem, rule));
    }

    private static string CleanLocale(string text) =>
        People.Locale.TryNormalize(text, out var locale) ? locale : throw PeopleErrors.Invalid("locale", People.Locale.Rule);
}

/// <summary>What can happen to a person.</summary>
public enum UserFactKind
{
    /// <summary>Only the person's own row changed.</summary>
    Edited,

    /// <summary>Somebody follows them.</summary>
    Followed,

    /// <summary>Somebody follows them no longer.</summary>
    Unfollowed,

    /// <summary>Their address is another one, and to be confirmed.</summary>
    EmailChanged,

    /// <summary>They chose a photo to be shown by.</summary>
    AvatarShown,

    /// <summary>They are shown by a photo no longer.</summary>
    AvatarHidden,
}

/// <summary>Something that happened to a person.</summary>
/// <param name="Followee">The person.</param>
/// <param name="Follower">Who follows them, or does so no longer.</param>
/// <param name="At">When it happened.</param>
/// <param name="Photo">The photo that they chose, or chose no longer.</param>
public readonly record struct UserFact(UserFactKind Kind, Guid Followee, Guid Follower, DateTimeOffset At, Guid Photo = default)
{
    /// <summary>Only the person's own row changed.</summary>
    public static UserFact Edited => default;

    /// <summary>A person's address is another one.</summary>
    public static UserFact EmailChanged(Guid person, DateTimeOffset at) => new(UserFactKind.EmailChanged, person, default, at);

    /// <summary>A person chose a photo to be shown by.</summary>
    public static UserFact AvatarShown(Guid person, Guid photo) => new(UserFactKind.AvatarShown, person, default, default, photo);

    /// <summary>A person is shown by a photo no longer.</summary>
    public static UserFact AvatarHidden(Guid person, Guid photo) => new(UserFactKind.AvatarHidden, person, default, default, photo);

    /// <summary>Somebody follows a person.</summary>
    public static UserFact Followed(Guid followee, Guid follower, DateTimeOffset at) =>
        new(UserFactKind.Followed, followee, follower, at);

    /// <summary>Somebody follows a person no longer.</summary>
    public static UserFact Unfollowed(Guid followee, Guid follower, DateTimeOffset at) =>
        new(UserFactKind.Unfollowed, followee, follower, at);
}
