using Orleans.Concurrency;

namespace StyleShare.Shares;

/// <summary>Through whom a person first came to a shop. Its key is <see cref="Points.MemberKeys"/> of the shop and the person.</summary>
public interface IReferralGrain : IGrainWithStringKey
{
    /// <summary>Who it was; null if nobody, or if it was longer ago than <see cref="ShareOptions.TouchFor"/>.</summary>
    [AlwaysInterleave]
    Task<Guid?> CameThrough();

    /// <summary>The person came through somebody's share. The first one stays until it is too long ago; oneself never counts.</summary>
    /// <param name="through">Whose share it is.</param>
    /// <param name="share">Which.</param>
    /// <returns>Whether it is the one that is remembered from here on.</returns>
    Task<bool> Touch(Guid through, Guid share);

    /// <summary>Forgets it, for one of the two is gone. Idempotent; only the eraser calls it.</summary>
    Task Forget();
}
