using StyleShare.People;
using StyleShare.Requests;

namespace StyleShare.Accounts;

/// <summary>Asks for a new account. The handle is folded already, the texts are within their limits.</summary>
[GenerateSerializer, Immutable]
public sealed record SignUp(
    string Handle,
    string Email,
    string Password,
    string DisplayName,
    string? Locale,
    RequestKey? Request);

/// <summary>What a client holds after signing in.</summary>
/// <param name="AccessToken">A signed JWT (RFC 7519), short-lived.</param>
/// <param name="RefreshToken">Opaque; spent by its first use.</param>
/// <param name="ExpiresIn">How long the access token is good for, in seconds.</param>
[GenerateSerializer, Immutable]
public sealed record Tokens(string AccessToken, string RefreshToken, int ExpiresIn);

/// <summary>A new account and its first session.</summary>
[GenerateSerializer, Immutable]
public sealed record SignedUp(UserView User, Tokens Tokens);

/// <summary>An account: how a person proves who they are. Its key is the person's id.</summary>
public interface IAccountGrain : IGrainWithGuidKey
{
    /// <summary>Makes the account, the person and a first session, in one transaction.</summary>
    /// <exception cref="Refusal"><c>handle_taken</c> or <c>email_taken</c>.</exception>
    Task<SignedUp> SignUp(SignUp command);

    /// <summary>Checks the password and starts a session.</summary>
    /// <exception cref="Refusal"><c>bad_credentials</c>.</exception>
    Task<Tokens> SignIn(string password, RequestKey? request);

    /// <summary>Makes a link's token with which the password can be reset once.</summary>
    /// <param name="addressKey">The claim on the address that the mail goes to.</param>
    /// <returns>The token; null if nobody can sign in to the account.</returns>
    Task<string?> IssueReset(string addressKey);

    /// <summary>Replaces the password; all sessions end.</summary>
    /// <exception cref="Refusal"><c>bad_reset_token</c>.</exception>
    Task<bool> ResetPassword(string token, string password, RequestKey? request);

    /// <summary>Whether the account exists and was not erased.</summary>
    Task<bool> Exists();

    /// <summary>Ends the account: nobody sees the person from here on, all sessions end, and the data is erased soon after.</summary>
    Task Erase();

    /// <summary>Everything else of the person is erased; forgets the password too. Only the eraser calls it.</summary>
    Task FinishErase();
}

/// <summary>A session: the family of refresh tokens that one sign-in started. Its key is the <c>sid</c> of its tokens.</summary>
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>Starts the session of a person who has just proved who they are.</summary>
    Task<Tokens> Start(Guid userId, RequestKey? request);

    /// <summary>Spends the refresh token for a new pair. A spent one revokes the session.</summary>
    /// <exception cref="Refusal"><c>bad_refresh_token</c>.</exception>
    Task<Tokens> Refresh(string refreshToken, RequestKey? request);

    /// <summary>Ends the session; its access tokens are refused at once. Idempotent.</summary>
    Task Revoke();
}

/// <summary>A name that only one person may have: a handle or an e-mail address; see <see cref="ClaimKeys"/> for its key.</summary>
public interface IClaimGrain : IGrainWithStringKey
{
    /// <summary>Takes the name for a person; true if it is theirs now.</summary>
    /// <param name="owner">The person who is to have it.</param>
    /// <param name="attempt">Names the attempt, so that its retry after a crash finds the name still free for it.</param>
    Task<bool> Claim(Guid owner, string attempt);

    /// <summary>Gives the name back if it is this person's.</summary>
    Task Release(Guid owner);

    /// <summary>Who has the name; null if nobody.</summary>
    [Orleans.Concurrency.ReadOnly]
    Task<Guid?> Owner();
}
