using Microsoft.Extensions.Logging;

namespace StyleShare.Accounts;

/// <summary>Log messages of this feature. Ids only: no names, addresses, passwords or tokens.</summary>
internal static partial class AccountLog
{
    [LoggerMessage(2001, LogLevel.Warning, "The keys that sign access tokens cannot be read.")]
    public static partial void NoSigningKey(ILogger log, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "{Task} of accounts failed; it is tried again.")]
    public static partial void UpkeepFailed(ILogger log, string task, Exception exception);

    [LoggerMessage(2003, LogLevel.Warning, "A spent refresh token of session {SessionId} was used again; the session is ended.")]
    public static partial void RefreshTokenReplayed(ILogger log, Guid sessionId);

    [LoggerMessage(2004, LogLevel.Information, "Account {UserId} is to be erased.")]
    public static partial void EraseAsked(ILogger log, Guid userId);

    [LoggerMessage(2005, LogLevel.Information, "Account {UserId} is erased.")]
    public static partial void Erased(ILogger log, Guid userId);

    [LoggerMessage(2009, LogLevel.Warning, "More mails about account {UserId} were asked for than go out in an hour; this one does not.")]
    public static partial void TooManyMails(ILogger log, Guid userId);

    [LoggerMessage(2010, LogLevel.Information, "The password of account {UserId} was reset; its sessions end.")]
    public static partial void PasswordReset(ILogger log, Guid userId);

    [LoggerMessage(2011, LogLevel.Warning, "Sessions of account {UserId} could not be ended at once after its password was reset; a job ends them.")]
    public static partial void ResetNotFinished(ILogger log, Guid userId, Exception exception);

    [LoggerMessage(2007, LogLevel.Warning, "Claims of a sign-up that failed could not be released; they go to the next who asks.")]
    public static partial void ClaimsNotReleased(ILogger log, Exception exception);

    [LoggerMessage(2008, LogLevel.Warning, "A claim did not name the person who has the name; it does now.")]
    public static partial void ClaimRestored(ILogger log);
}
