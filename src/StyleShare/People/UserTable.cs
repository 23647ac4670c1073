using StyleShare.Accounts;
using StyleShare.Photos;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>The tables of this feature, and how its facts become rows.</summary>
internal static class UserTable
{
    /// <summary>The key that keeps handles apart.</summary>
    public const string HandleKey = "users_handle";

    /// <summary>The key that keeps e-mail addresses apart.</summary>
    public const string EmailKey = "users_email";

    /// <summary>People.</summary>
    public static readonly StateTable<User> State = new(
        "users",
        Column.Uuid<User>("id", user => user.Id),
        Column.Text<User>("handle", user => user.Handle),
        Column.Text<User>("email", user => user.Email),
        Column.Text<User>("display_name", user => user.DisplayName),
        Column.Text<User>("bio", user => user.Bio),
        Column.Uuid<User>("avatar_photo_id", user => user.AvatarPhotoId),
        Column.Text<User>("avatar", user => user.Avatar),
        Column.Text<User>("locale", user => user.Locale),
        Column.Bigint<User>("followers", user => user.Followers),
        Column.Timestamptz<User>("created_at", user => user.CreatedAt),
        Column.Timestamptz<User>("gone_at", user => user.GoneAt),
        Column.Timestamptz<User>("email_verified_at", user => user.EmailVerifiedAt));

    private static readonly Statement<UserFact> Follow = new(
        "follows_insert",
        """
        INSERT INTO follows (follower_id, followee_id, created_at)
        SELECT follower_id, followee_id, created_at FROM rows
        """,
        Expect.EveryRow,
        Column.Uuid<UserFact>("follower_id", fact => fact.Follower),
        Column.Uuid<UserFact>("followee_id", fact => fact.Followee),
        Column.Timestamptz<UserFact>("created_at", fact => fact.At))
    {
        Table = "follows",
        Key = Relation,
    };

    private static readonly Statement<UserFact> Unfollow = new(
        "follows_delete",
        """
        DELETE FROM follows USING rows
        WHERE follows.follower_id = rows.follower_id AND follows.followee_id = rows.followee_id
        """,
        Expect.EveryRow,
        Column.Uuid<UserFact>("follower_id", fact => fact.Follower),
        Column.Uuid<UserFact>("followee_id", fact => fact.Followee))
    {
        Table = "follows",
        Key = Relation,
    };

    /// <summary>Adds the rows that a fact is, and raises what others are to learn of it.</summary>
    public static void Write(Change change, UserFact fact)
    {
        switch (fact.Kind)
        {
            case UserFactKind.Followed:
                change.Add(Follow, fact);
                break;
            case UserFactKind.Unfollowed:
                change.Add(Unfollow, fact);
                break;
            case UserFactKind.EmailChanged:
                EmailVerificationJob.Enqueue(change, fact.Followee, fact.At);
                break;
            case UserFactKind.AvatarShown:
                PhotoUses.Show(change, fact.Photo, PhotoUseKind.Avatar, fact.Followee);
                break;
            case UserFactKind.AvatarHidden:
                PhotoUses.Hide(change, [fact.Photo], PhotoUseKind.Avatar, fact.Followee);
                break;
        }

        FollowActivity.Raise(change, fact);
    }

    private static int Relation(UserFact fact) => HashCode.Combine(fact.Follower, fact.Followee);
}
