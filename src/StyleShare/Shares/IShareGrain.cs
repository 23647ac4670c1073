using Orleans.Concurrency;
using StyleShare.Requests;

namespace StyleShare.Shares;

/// <summary>Where a share is shown to others. The numbers are stored.</summary>
public enum ShareChannel
{
    /// <summary>Nowhere by us: the person has the link.</summary>
    Link = 1,

    /// <summary>A page on Facebook.</summary>
    Facebook = 2,

    /// <summary>X.</summary>
    X = 3,

    /// <summary>A server of Mastodon's.</summary>
    Mastodon = 4,

    /// <summary>A server of the person's own.</summary>
    Webhook = 5,
}

/// <summary>How far a share is on its way to its channel. The numbers are stored.</summary>
public enum ShareState
{
    /// <summary>It is to be sent.</summary>
    Pending = 1,

    /// <summary>It is there.</summary>
    Sent = 2,

    /// <summary>It was given up; the link works all the same.</summary>
    Failed = 3,
}

/// <summary>A new share. The message is within its limit.</summary>
/// <param name="PostId">The post; null if it is a shop.</param>
/// <param name="MerchantId">The shop; null if it is a post.</param>
/// <param name="Message">What the person says with it; may be empty.</param>
/// <param name="Locale">The language of its preview: <c>ko</c> or <c>en</c>.</param>
[GenerateSerializer, Immutable]
public sealed record NewShare(
    Guid Id, Guid OwnerId, Guid? PostId, Guid? MerchantId, ShareChannel Channel, string Message, string Locale, RequestKey? Request);

/// <summary>A share.</summary>
/// <param name="Code">What its link and tills name it by.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
/// <param name="Clicks">How often its link was followed.</param>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
[GenerateSerializer, Immutable]
public sealed record ShareView(
    Guid Id,
    string Code,
    Guid OwnerId,
    Guid? PostId,
    Guid? MerchantId,
    ShareChannel Channel,
    string Message,
    string Locale,
    ShareState State,
    string? Error,
    long Clicks,
    DateTimeOffset CreatedAt,
    long Version);

/// <summary>A share of a post or a shop. Its key is its code, see <see cref="ShareCode"/>.</summary>
/// <remarks>It comes to be by <see cref="Sharing"/>: the share of a post is committed by the post, which counts it.</remarks>
public interface IShareGrain : IGrainWithStringKey
{
    /// <summary>The share; null if there is none, or not any more.</summary>
    [ReadOnly]
    Task<ShareView?> Get();

    /// <summary>Somebody followed the link: counts it. Nothing if there is no such share.</summary>
    Task Follow();

    /// <summary>Its channel has it. Idempotent; only the job that sends it calls this.</summary>
    Task Sent();

    /// <summary>Its channel will not have it. Idempotent; only the job that sends it calls this.</summary>
    /// <param name="error">Why: a word that clients may rely on.</param>
    Task Fail(string error);

    /// <summary>Its owner is gone: nobody can follow it from here on. Idempotent; only the eraser calls it.</summary>
    Task End();
}
