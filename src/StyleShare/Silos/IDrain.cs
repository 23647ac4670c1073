namespace StyleShare.Silos;

/// <summary>How this silo goes without a request failing: first it says that it is not ready any more, then it stops.</summary>
/// <remarks>
/// It begins by a signal (SIGTERM) or by an operator's request at any silo. From then on readiness is off and answers close
/// their connections, while all is still served; when load balancers have had time to look, the host stops.
/// </remarks>
public interface IDrain
{
    /// <summary>Whether it has begun, or the host stops without.</summary>
    bool IsDraining { get; }

    /// <summary>Cancelled when it begins, or when the host stops without: streams that last end, and their clients come back elsewhere.</summary>
    CancellationToken Draining { get; }

    /// <summary>Begins it; once is enough.</summary>
    /// <param name="why">For the log: who or what asked.</param>
    void Begin(string why);
}
