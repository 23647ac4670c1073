using Microsoft.Extensions.Logging;

namespace StyleShare.Accounts;

/// <summary>The claims that one sign-up takes: on a handle and on an e-mail address.</summary>
/// <param name="grains">Where the claims are.</param>
/// <param name="owner">Who is to have the names.</param>
/// <param name="attempt">Names the attempt, so that its retry is not in its own way.</param>
/// <param name="log">For what goes wrong behind the caller's back.</param>
internal sealed class NameClaims(IGrainFactory grains, Guid owner, string attempt, ILogger log)
{
    /// <summary>Takes both names, or none.</summary>
    /// <exception cref="Refusal"><c>handle_taken</c>, <c>email_taken</c>.</exception>
    public async Task Take(string handle, string email)
    {
        if (!await Handle(handle).Claim(owner, attempt))
            throw AccountErrors.HandleTaken();
        if (await Email(email).Claim(owner, attempt))
            return;
        await Quietly(Handle(handle).Release(owner));
        throw AccountErrors.EmailTaken();
    }

    /// <summary>Gives both back after a sign-up that surely came to nothing.</summary>
    public Task Release(string handle, string email) =>
        Quietly(Task.WhenAll(Handle(handle).Release(owner), Email(email).Release(owner)));

    /// <summary>Gives both back, to whom the database says has them: a sign-up whose claim was taken over, and which committed
    /// after all. Without this its owner could not be found by their name.</summary>
    public async Task Restore(string handle, string email, AccountStore store)
    {
        await Release(handle, email);
        AccountLog.ClaimRestored(log);
        await Quietly(Restore(handle, "", Handle(handle), store));
        await Quietly(Restore("", email, Email(email), store));
    }

    private static async Task Restore(string handle, string email, IClaimGrain claim, AccountStore store)
    {
        if (await store.HolderOf(handle, email, CancellationToken.None) is { } holder)
            await claim.Claim(holder, holder.ToString("N"));
    }

    private IClaimGrain Handle(string handle) => grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(handle));

    private IClaimGrain Email(string email) => grains.GetGrain<IClaimGrain>(ClaimKeys.ForEmail(email));

    // A claim that stays behind goes to the next one who asks, as its owner does not use it.
    private async Task Quietly(Task release)
    {
        try
        {
            await release;
        }
        catch (Exception e)
        {
            AccountLog.ClaimsNotReleased(log, e);
        }
    }
}
