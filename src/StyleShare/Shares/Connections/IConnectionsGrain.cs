using System.Collections.Immutable;

namespace StyleShare.Shares.Connections;

/// <summary>A connection as it is kept.</summary>
/// <param name="Label">What its owner is shown of it: a host or a page.</param>
/// <param name="Sealed">What lets us in, encrypted; see <see cref="ConnectionVault"/>.</param>
[GenerateSerializer, Immutable]
public sealed record NewConnection(ShareChannel Channel, string Label, ImmutableArray<byte> Sealed);

/// <summary>The channels that a person has connected. Its key is the person's id.</summary>
public interface IConnectionsGrain : IGrainWithGuidKey
{
    /// <summary>Connects a channel, in place of what was connected there before.</summary>
    Task Put(NewConnection connection);

    /// <summary>Forgets a channel; idempotent.</summary>
    Task Remove(ShareChannel channel);

    /// <summary>The channel does not let us in any more: forgets what let us in, and tells the person, once.</summary>
    /// <param name="channel">Which.</param>
    /// <param name="token">The token that it refused; one that is another by now stays.</param>
    Task Revoke(ShareChannel channel, Guid token);

    /// <summary>Forgets all channels, of a person who is gone. Idempotent; only the eraser calls it.</summary>
    Task Erase();
}
