using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Brings requests to activations, wherever they are.</summary>
internal interface IMessageCenter
{
    /// <summary>Sends a request on its way; whatever happens, it will be done.</summary>
    void Send(IMessage request);

    /// <summary>Sends on a request whose activation ended before it ran.</summary>
    void Forward(IMessage request);

    /// <summary>Times out those that are in no activation and whose callers waited long enough.</summary>
    void TimeOutOverdue();
}

/// <summary>Knows which silo holds the one activation of a grain.</summary>
internal interface IGrainDirectory
{
    /// <summary>The silo that holds it; null if none does.</summary>
    ValueTask<SiloAddress?> Lookup(GrainId grain);

    /// <summary>Claims a grain for an activation before it runs; the answer is the silo that holds it, the claimer's or another.</summary>
    ValueTask<SiloAddress> Register(IClaimant activation);

    /// <summary>Gives the claim back.</summary>
    ValueTask Unregister(IClaimant activation);
}

/// <summary>Says where a grain that is active nowhere shall be.</summary>
internal interface IPlacementDirector
{
    /// <summary>The silo for it; null if there is none.</summary>
    SiloAddress? Place(GrainClass grainClass, GrainId grain);
}
