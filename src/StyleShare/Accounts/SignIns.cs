using StyleShare.Requests;

namespace StyleShare.Accounts;

/// <summary>Finds the account or the session that a login or a token names.</summary>
public sealed class SignIns(IGrainFactory grains, Passwords passwords)
{
    /// <summary>Starts a session.</summary>
    /// <param name="login">A handle or an e-mail address, in any case.</param>
    /// <param name="password">The password.</param>
    /// <param name="request">The request's idempotency key.</param>
    /// <exception cref="Refusal"><c>bad_credentials</c>: an unknown login or a wrong password, after the same time.</exception>
    public async Task<Tokens> SignIn(string login, string password, RequestKey? request)
    {
        var owner = ClaimKeys.ForLogin(login.Trim(' ')) is { } key ? await grains.GetGrain<IClaimGrain>(key).Owner() : null;
        if (owner is { } account)
            return await grains.GetGrain<IAccountGrain>(account).SignIn(password, request);
        await passwords.PretendAsync(password);
        throw AccountErrors.BadCredentials();
    }

    /// <summary>Spends a refresh token for a new pair.</summary>
    /// <exception cref="Refusal"><c>bad_refresh_token</c>.</exception>
    public Task<Tokens> Refresh(string refreshToken, RequestKey? request) => RefreshToken.TryDecode(refreshToken, out var token)
        ? grains.GetGrain<ISessionGrain>(token.SessionId).Refresh(refreshToken, request)
        : throw AccountErrors.BadRefreshToken();
}
