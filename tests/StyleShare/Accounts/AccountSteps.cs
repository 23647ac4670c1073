using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.Requests;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

/// <summary>What tests of many features start with.</summary>
internal static class AccountSteps
{
    /// <summary>The password of everybody.</summary>
    public const string Password = "correct horse battery";

    /// <summary>Signs somebody up.</summary>
    public static Task<SignedUp> SignUp(
        this StyleShareCluster silo,
        string handle,
        string? email = null,
        string displayName = "Somebody",
        Guid? id = null,
        RequestKey? request = null)
    {
        var account = silo.Grains.GetGrain<IAccountGrain>(id ?? silo.Services.GetRequiredService<Ids>().Next());
        return account.SignUp(new SignUp(handle, email ?? $"{Guid.NewGuid():N}@example.com", Password, displayName, null, request));
    }

    /// <summary>Signs somebody up who is only a number to the test.</summary>
    public static async Task<Guid> Somebody(this StyleShareCluster silo) =>
        (await silo.SignUp($"p{Guid.NewGuid():N}"[..20])).User.Id;

    /// <summary>Signs in.</summary>
    public static Task<Tokens> SignIn(this StyleShareCluster silo, string login, string password = Password) =>
        silo.Services.GetRequiredService<SignIns>().SignIn(login, password, null);

    /// <summary>Spends a refresh token.</summary>
    public static Task<Tokens> Refresh(this StyleShareCluster silo, string token, RequestKey? request = null) =>
        silo.Services.GetRequiredService<SignIns>().Refresh(token, request);

    /// <summary>Who comes with a token, as the API asks: valid, and of a session that was not revoked.</summary>
    public static async Task<Guid?> CallerOf(this StyleShareCluster silo, string accessToken)
    {
        var token = await silo.Services.GetRequiredService<AccessTokens>().Validate(accessToken);
        return token is null || silo.Services.GetRequiredService<RevokedSessions>().Contains(token.SessionId)
            ? null
            : token.UserId;
    }
}
