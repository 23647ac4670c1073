using System.Text.Json.Serialization;
using StyleShare.People;

namespace StyleShare.Api.Contracts;

/// <summary>A person's picture.</summary>
public sealed record AvatarResponse(string Url);

/// <summary>What lists, posts and comments show of a person.</summary>
public sealed record UserSummaryResponse(Guid Id, string Handle, string DisplayName, AvatarResponse? Avatar)
{
    /// <summary>Shows a person in short.</summary>
    public static UserSummaryResponse Of(UserSummary user, Pictures pictures) =>
        new(user.Id, user.Handle, user.DisplayName, pictures.Avatar(user.Avatar));
}

/// <summary>How many there are.</summary>
public sealed record UserCounts(long Posts, long Followers, long Following);

/// <summary>How the caller and the person stand to each other.</summary>
public sealed record UserViewer(bool Following, bool FollowedBy, bool Blocking, bool Muting);

/// <summary>A person.</summary>
public sealed record UserResponse(
    Guid Id,
    string Handle,
    string DisplayName,
    string Bio,
    AvatarResponse? Avatar,
    UserCounts Counts,
    DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UserViewer? Viewer)
{
    /// <summary>Shows a person.</summary>
    public static UserResponse Of(UserView user, long following, UserViewer? viewer, Pictures pictures) => new(
        user.Id,
        user.Handle,
        user.DisplayName,
        user.Bio,
        pictures.Avatar(user.Avatar),
        new UserCounts(user.Posts, user.Followers, following),
        user.CreatedAt.UtcDateTime,
        viewer);
}

/// <summary>The caller, with what only they may see.</summary>
public sealed record MeResponse(
    Guid Id,
    string Handle,
    string DisplayName,
    string Bio,
    AvatarResponse? Avatar,
    UserCounts Counts,
    DateTime CreatedAt,
    string Email,
    bool EmailVerified,
    string Locale)
{
    /// <summary>Shows a person to themselves.</summary>
    public static MeResponse Of(OwnView me, long following, Pictures pictures) => new(
        me.User.Id,
        me.User.Handle,
        me.User.DisplayName,
        me.User.Bio,
        pictures.Avatar(me.User.Avatar),
        new UserCounts(me.User.Posts, me.User.Followers, following),
        me.User.CreatedAt.UtcDateTime,
        me.Email,
        me.EmailVerified,
        me.Locale);
}

/// <summary>Edits the caller's profile. What is absent stays; a <c>null</c> empties the bio or takes the avatar away.</summary>
public sealed class EditMeRequest
{
    /// <summary>Up to 50 characters.</summary>
    public string? DisplayName { get; set { field = value; HasDisplayName = true; } }

    /// <summary>Up to 300 characters.</summary>
    public string? Bio { get; set { field = value; HasBio = true; } }

    /// <summary>One of the caller's photos.</summary>
    public string? AvatarPhotoId { get; set { field = value; HasAvatar = true; } }

    /// <summary>A language tag (BCP 47).</summary>
    public string? Locale { get; set { field = value; HasLocale = true; } }

    /// <summary>Where mail reaches the person.</summary>
    public string? Email { get; set { field = value; HasEmail = true; } }

    internal bool HasDisplayName { get; private set; }

    internal bool HasBio { get; private set; }

    internal bool HasAvatar { get; private set; }

    internal bool HasLocale { get; private set; }

    internal bool HasEmail { get; private set; }
}
