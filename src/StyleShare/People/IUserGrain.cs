using System.Collections.Immutable;
using Orleans.Concurrency;

namespace StyleShare.People;

/// <summary>What lists, posts and comments show of a person.</summary>
/// <param name="Avatar">The picture that shows them, whose address follows from it; null if there is none that is ready.</param>
[GenerateSerializer, Immutable]
public sealed record UserSummary(Guid Id, string Handle, string DisplayName, string? Avatar);

/// <summary>What others see of a person.</summary>
/// <param name="AvatarPhotoId">The photo that they chose to be shown by.</param>
/// <param name="Avatar">The picture that it is; null until it is ready.</param>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
[GenerateSerializer, Immutable]
public sealed record UserView(
    Guid Id,
    string Handle,
    string DisplayName,
    string Bio,
    Guid? AvatarPhotoId,
    string? Avatar,
    long Posts,
    long Followers,
    DateTimeOffset CreatedAt,
    long Version)
{
    /// <summary>The short form.</summary>
    public UserSummary Summary => new(Id, Handle, DisplayName, Avatar);
}

/// <summary>What a person sees of themselves.</summary>
/// <param name="EmailVerified">Whether they proved that the address is theirs.</param>
[GenerateSerializer, Immutable]
public sealed record OwnView(UserView User, string Email, string Locale, bool EmailVerified);

/// <summary>Edits a profile; what is null stays. Texts are within their limits.</summary>
/// <param name="ClearAvatar">Takes the avatar away; <paramref name="AvatarPhotoId"/> is null then.</param>
/// <param name="IfVersion">The version that the caller has seen; null to edit whatever is there.</param>
[GenerateSerializer, Immutable]
public sealed record EditProfile(
    string? DisplayName,
    string? Bio,
    Guid? AvatarPhotoId,
    bool ClearAvatar,
    string? Locale,
    string? Email,
    long? IfVersion);

/// <summary>A person: profile, private settings, and who follows them.</summary>
public interface IUserGrain : IGrainWithGuidKey
{
    /// <summary>What others see; null if there is no such person, or not any more.</summary>
    [ReadOnly]
    Task<UserView?> Get();

    /// <summary>The short form; null if there is no such person, or not any more.</summary>
    [ReadOnly]
    Task<UserSummary?> Summary();

    /// <summary>What the person sees of themselves; null as above.</summary>
    [ReadOnly]
    Task<OwnView?> Me();

    /// <summary>Edits the profile.</summary>
    /// <exception cref="Refusal"><c>email_taken</c>, <c>stale_version</c>, <c>user_not_found</c>, <c>unknown_photo</c>,
    /// <c>photo_rejected</c>.</exception>
    Task<OwnView> Edit(EditProfile command);

    /// <summary>Adds a follower; idempotent. Only <see cref="IFollowingGrain"/> calls it.</summary>
    /// <exception cref="Refusal"><c>user_not_found</c>.</exception>
    Task AddFollower(Guid follower);

    /// <summary>Takes a follower away; idempotent.</summary>
    Task RemoveFollower(Guid follower);

    /// <summary>Counts this person's posts anew: one was committed, or deleted.</summary>
    Task RecountPosts();

    /// <summary>Whether the person is here and has the name that this claim is for; see <see cref="Accounts.ClaimKeys"/>.</summary>
    [ReadOnly]
    Task<bool> Uses(string claimKey);

    /// <summary>The person has read a mail to the address that this claim is for; false if it is not theirs (any more).
    /// Idempotent.</summary>
    Task<bool> ConfirmEmail(string claimKey);

    /// <summary>The photo that the person chose to be shown by became ready, or was rejected. Idempotent.</summary>
    Task AvatarChanged();

    /// <summary>The person is gone for everybody from here on. Idempotent.</summary>
    Task Vanish();

    /// <summary>Forgets names and texts of a person who is gone. Idempotent; only the eraser calls it.</summary>
    Task Scrub();
}

/// <summary>Whom a person follows. Its key is the follower's id.</summary>
/// <remarks>The rows are written by the followed person's grain, with its count; this grain is the hot copy for its owner.</remarks>
public interface IFollowingGrain : IGrainWithGuidKey
{
    /// <summary>Follows a person; idempotent.</summary>
    /// <exception cref="Refusal"><c>cannot_follow_self</c>, <c>user_not_found</c>, <c>too_many_followed</c>.</exception>
    Task Follow(Guid target);

    /// <summary>Follows a person no longer; idempotent.</summary>
    Task Unfollow(Guid target);

    /// <summary>Whether the person follows the other one, and how many they follow in all.</summary>
    [AlwaysInterleave]
    Task<Following> Of(Guid other);

    /// <summary>Changes with every follow and unfollow, and is another one after each activation.</summary>
    [AlwaysInterleave]
    Task<Guid> Version();

    /// <summary>Everybody whom the person follows, with the version of that.</summary>
    [AlwaysInterleave]
    Task<FollowedPeople> All();
}

/// <summary>One relation, and how many there are.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Following(bool Follows, int Count);

/// <summary>All whom a person follows.</summary>
[GenerateSerializer, Immutable]
public sealed record FollowedPeople(Guid Version, ImmutableArray<Guid> People);
