using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The directory of a cluster of one: what is active is here, and the table of activations keeps it single.</summary>
internal sealed class LocalGrainDirectory(Silo silo) : IGrainDirectory
{
    public ValueTask<SiloAddress?> Lookup(GrainId grain) => new((SiloAddress?)null);

    public ValueTask<SiloAddress> Register(IClaimant activation) => new(silo.Address);

    public ValueTask Unregister(IClaimant activation) => default;
}
