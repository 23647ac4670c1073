namespace StyleShare.Accounts;

/// <summary>The refusals of this feature, with their codes.</summary>
public static class AccountErrors
{
    /// <summary>Another person has the handle.</summary>
    public static Refusal HandleTaken() =>
        new(RefusalKind.Conflict, "handle_taken", "This handle belongs to somebody else.");

    /// <summary>Another person has the e-mail address.</summary>
    public static Refusal EmailTaken() =>
        new(RefusalKind.Conflict, "email_taken", "This e-mail address belongs to somebody else.");

    /// <summary>No such login, or not its password; the same for both, so that nobody learns who is here.</summary>
    public static Refusal BadCredentials() =>
        new(RefusalKind.Unauthenticated, "bad_credentials", "The login or the password is wrong.");

    /// <summary>The refresh token is none, expired, spent, or of a session that has ended.</summary>
    public static Refusal BadRefreshToken() =>
        new(RefusalKind.Unauthenticated, "bad_refresh_token", "The refresh token is not valid. Sign in again.");

    /// <summary>The link to reset the password is none, was used, or has expired; the same for all.</summary>
    public static Refusal BadResetToken() =>
        new(RefusalKind.Unprocessable, "bad_reset_token", "This link is not valid any more. Ask for another one.");

    /// <summary>The link to confirm an address is none, has expired, or is of an address that the account had before.</summary>
    public static Refusal BadVerificationToken() =>
        new(RefusalKind.Unprocessable, "bad_verification_token", "This link is not valid any more. Ask for another one.");

    /// <summary>Texts that the API lets through are within their limits; whoever calls otherwise gets this.</summary>
    public static Refusal Invalid(string field, string rule) =>
        new(RefusalKind.Invalid, "invalid_" + field, rule);

    /// <summary>There are more passwords to check than can be done in good time; nothing has happened.</summary>
    public static Refusal TooBusy() =>
        new(RefusalKind.Unavailable, "too_busy", "Too many people sign in at this moment. Try again shortly.");

    /// <summary>Signing up took so long that the names may be somebody else's; nothing has happened.</summary>
    public static Refusal TooSlow() =>
        new(RefusalKind.Unavailable, "too_slow", "Signing up took too long. Try again.");

    /// <summary>The key that signs tokens cannot be read; nothing has happened.</summary>
    public static Refusal NoSigningKey() =>
        new(RefusalKind.Unavailable, "no_signing_key", "Sessions cannot be started at this moment. Try again shortly.");

    /// <summary>The account exists already: a second sign-up for one id.</summary>
    public static Refusal AccountExists() =>
        new(RefusalKind.Conflict, "account_exists", "The account exists already.");

    /// <summary>The session exists already: a second start under one id.</summary>
    public static Refusal SessionExists() =>
        new(RefusalKind.Conflict, "session_exists", "The session exists already.");
}
