using Orleans.Concurrency;

namespace StyleShare.People;

/// <summary>Whom a person wants nothing to do with (block), or to hear nothing of (mute). Its key is the person's id.</summary>
public interface IAvoidanceGrain : IGrainWithGuidKey
{
    /// <summary>What stands between the person and another.</summary>
    [AlwaysInterleave]
    Task<Avoidance> Of(Guid other);

    /// <summary>Blocks a person: neither sees the other from here on, follows the other, or is told of what the other does.
    /// Idempotent.</summary>
    /// <exception cref="Refusal"><c>cannot_block_self</c>, <c>user_not_found</c>, <c>too_many_avoided</c>.</exception>
    Task Block(Guid other);

    /// <summary>Blocks a person no longer; idempotent. Follows that the block ended do not come back.</summary>
    Task Unblock(Guid other);

    /// <summary>Mutes a person, who does not learn of it: nothing of what they do is told. Idempotent.</summary>
    /// <exception cref="Refusal"><c>cannot_mute_self</c>, <c>user_not_found</c>, <c>too_many_avoided</c>.</exception>
    Task Mute(Guid other);

    /// <summary>Mutes a person no longer; idempotent.</summary>
    Task Unmute(Guid other);

    /// <summary>Says that rows of the person were written by somebody else, who blocked them or does so no longer.</summary>
    [AlwaysInterleave]
    Task Refresh();

    /// <summary>Forgets whom a person avoided who is gone, and who blocked them. Idempotent; only the eraser calls it.</summary>
    Task Erase();
}
