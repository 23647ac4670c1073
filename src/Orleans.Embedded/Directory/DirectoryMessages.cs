using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What is asked of the owner of a part of the directory.</summary>
internal enum DirectoryAction : byte
{
    /// <summary>Who holds the grain?</summary>
    Lookup,

    /// <summary>The asker claims it, unless someone has it.</summary>
    Register,

    /// <summary>The asker gives its claim back.</summary>
    Unregister,
}

/// <summary>A question to the owner of a grain's entry.</summary>
/// <param name="Action">What is asked.</param>
/// <param name="Grain">Of which grain.</param>
/// <param name="Claim">The asker's number of its claim; later ones are larger. 0 for a lookup.</param>
/// <param name="Version">The view in which the asker took this silo for the owner.</param>
internal readonly record struct DirectoryRequest(DirectoryAction Action, GrainId Grain, long Claim, long Version);

/// <summary>The answer.</summary>
/// <param name="IsOwner">False if the silo that was asked does not own the entry, as of <paramref name="Version"/>.</param>
/// <param name="Version">The view that the answer rests on.</param>
/// <param name="Holder">Who holds the grain, after a registration too; null if nobody.</param>
internal readonly record struct DirectoryAnswer(bool IsOwner, long Version, SiloAddress? Holder);

/// <summary>That a silo holds a grain.</summary>
internal readonly record struct DirectoryEntry(GrainId Grain, SiloAddress Silo, long Claim);

/// <summary>Claims of one silo, in the order of their hashes.</summary>
/// <param name="Claims">Grain and number of the claim.</param>
/// <param name="Next">The hash to go on with; null if these were the last.</param>
internal sealed record DirectoryPage(IReadOnlyList<(GrainId Grain, long Claim)> Claims, uint? Next);

/// <summary>The directories of other silos.</summary>
internal interface IDirectoryPeers
{
    /// <exception cref="Exception">There was no answer; whether the silo has acted on it is not known.</exception>
    Task<DirectoryAnswer> Ask(SiloAddress owner, DirectoryRequest request, CancellationToken cancellation);

    /// <summary>What a silo holds of some ranges, from a hash on, once it knows of a version of the view.</summary>
    /// <exception cref="Exception">There was no answer.</exception>
    Task<DirectoryPage> Collect(SiloAddress member, long version, HashRanges ranges, uint from, CancellationToken cancellation);

    /// <summary>Tells a silo that others hold these grains too, and it is to end its activations.</summary>
    /// <exception cref="Exception">There was no answer.</exception>
    Task GiveUp(SiloAddress member, IReadOnlyList<(GrainId Grain, long Claim)> claims, CancellationToken cancellation);
}

/// <summary>An activation, as the directory sees it.</summary>
internal interface IClaimant
{
    /// <summary>The grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The claim that was granted; 0 before, and from when it is given back. Granted under the directory's lock.</summary>
    long Claim { get; set; }
}

/// <summary>The silo that a directory belongs to.</summary>
internal interface IDirectoryHost
{
    /// <summary>Its activations, granted or not.</summary>
    IEnumerable<IClaimant> Claimants { get; }

    /// <summary>Another silo holds the grain too, and keeps it: this activation is to end. None of that claim is no error.</summary>
    void GiveUp(GrainId grain, long claim);
}
