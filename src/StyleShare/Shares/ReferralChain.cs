using System.Collections.Immutable;
using StyleShare.People;
using StyleShare.Points;

namespace StyleShare.Shares;

/// <summary>
/// Walks from a buyer to who brought them to a shop, to who brought that person, and so on: who gets a part of a purchase.
/// </summary>
public sealed class ReferralChain(IGrainFactory grains)
{
    /// <summary>Who is at each level; level 1 comes first.</summary>
    /// <remarks>
    /// A level without anybody is null, and the others keep their number. Nobody is there for whom the account was closed, but
    /// the chain goes on behind them; where somebody would come twice, or the buyer, it ends.
    /// </remarks>
    /// <param name="merchant">The shop.</param>
    /// <param name="buyer">Where to begin.</param>
    /// <param name="levels">How many levels; as many are answered.</param>
    public async Task<ImmutableArray<Guid?>> Of(Guid merchant, Guid buyer, int levels)
    {
        if (levels <= 0)
            return [];
        var chain = ImmutableArray.CreateBuilder<Guid?>(levels);
        var person = await CameThrough(merchant, buyer);
        HashSet<Guid> walked = [buyer];
        while (person is { } known && walked.Add(known))
        {
            // Both are asked at once: neither needs the other's answer.
            var isOpen = IsOpen(known);
            var before = walked.Count <= levels ? CameThrough(merchant, known) : Task.FromResult<Guid?>(null);
            chain.Add(await isOpen ? known : null);
            person = await before;
        }

        chain.Count = levels;
        return chain.MoveToImmutable();
    }

    private Task<Guid?> CameThrough(Guid merchant, Guid user) =>
        grains.GetGrain<IReferralGrain>(MemberKeys.Of(merchant, user)).CameThrough();

    private async Task<bool> IsOpen(Guid user) => await grains.GetGrain<IUserGrain>(user).Summary() is not null;
}
