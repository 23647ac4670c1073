namespace StyleShare.People;

/// <summary>The refusals of this feature, with their codes.</summary>
public static class PeopleErrors
{
    /// <summary>There is no such person, or not any more.</summary>
    public static Refusal UserNotFound() => new(RefusalKind.NotFound, "user_not_found", "There is no such person.");

    /// <summary>Nobody follows themselves.</summary>
    public static Refusal CannotFollowSelf() =>
        new(RefusalKind.Unprocessable, "cannot_follow_self", "Nobody can follow themselves.");

    /// <summary>Nobody blocks themselves.</summary>
    public static Refusal CannotBlockSelf() =>
        new(RefusalKind.Unprocessable, "cannot_block_self", "Nobody can block themselves.");

    /// <summary>Nobody mutes themselves.</summary>
    public static Refusal CannotMuteSelf() =>
        new(RefusalKind.Unprocessable, "cannot_mute_self", "Nobody can mute themselves.");

    /// <summary>The limit of <see cref="PeopleOptions.MaxFollowed"/> is reached.</summary>
    public static Refusal TooManyFollowed(int limit) =>
        new(RefusalKind.Unprocessable, "too_many_followed", $"Nobody can follow more than {limit} people.");

    /// <summary>The limit of <see cref="PeopleOptions.MaxAvoided"/> is reached.</summary>
    public static Refusal TooManyAvoided(int limit) =>
        new(RefusalKind.Unprocessable, "too_many_avoided", $"Nobody can block or mute more than {limit} people.");

    /// <summary>The profile was changed since the caller saw it.</summary>
    public static Refusal StaleVersion() =>
        new(RefusalKind.Stale, "stale_version", "The profile was changed since you read it. Read it again.");

    /// <summary>A text that the API should not have let through.</summary>
    public static Refusal Invalid(string field, string rule) => new(RefusalKind.Invalid, "invalid_" + field, rule);
}
