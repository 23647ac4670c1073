namespace StyleShare.Shares;

/// <summary>Whose share a code is.</summary>
/// <param name="UserId">Who shared.</param>
/// <param name="ShareId">The share.</param>
public readonly record struct Sharer(Guid UserId, Guid ShareId);

/// <summary>Codes of shares, as tills name them.</summary>
public sealed class ShareCodes(IGrainFactory grains)
{
    /// <summary>Who shared, if the code counts at a shop: a share of a post, or of that shop.</summary>
    /// <param name="code">What the till was told.</param>
    /// <param name="merchant">The till's shop.</param>
    /// <exception cref="Refusal"><c>unknown_share_code</c>.</exception>
    public async Task<Sharer> OwnerOf(string code, Guid merchant) => await Find(code) is { } share
        && (share.MerchantId is null || share.MerchantId == merchant)
            ? new(share.OwnerId, share.Id)
            : throw ShareErrors.UnknownCode();

    /// <summary>The share of a code; null if there is none.</summary>
    public async Task<ShareView?> Find(string code) => ShareCode.TryNormalize(code, out var normal)
        ? await grains.GetGrain<IShareGrain>(normal).Get()
        : null;
}
