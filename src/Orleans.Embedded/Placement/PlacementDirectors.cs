using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Chooses silos for new activations, as the classes' attributes say, among those that are active and have the class.</summary>
internal sealed class PlacementDirectors(Silo silo, Func<ClusterView> view, LoadReports loads, int chooseOutOf) : IPlacementDirector
{
    // Silos of other versions may lack a class. None are the rule.
    private readonly ConcurrentDictionary<(SiloAddress Silo, GrainType Type), bool> _excluded = new();

    /// <summary>A silo has said that it does not have the class.</summary>
    public void Exclude(SiloAddress address, GrainClass grainClass) => _excluded[(address, grainClass.GrainType)] = true;

    /// <summary>Whether it takes new activations, as far as is known.</summary>
    public bool IsCandidate(SiloAddress address) => view().StatusOf(address) == SiloStatus.Active && !(silo.IsStopping && address.Equals(silo.Address));

    public SiloAddress? Place(GrainClass grainClass, GrainId grain)
    {
        var silos = Candidates(grainClass);
        if (silos.IsEmpty)
            // The last one may have to bring up grains that the ending of others needs.
            return silo.TakesCalls ? silo.Address : null;

        var chosen = grainClass.Placement switch
        {
            PreferLocalPlacement when silos.Contains(silo.Address) => silo.Address,
            HashBasedPlacement => silos[(int)(DirectoryRing.HashOf(grain) % (uint)silos.Length)],
            ActivationCountBasedPlacement => LeastLoaded(silos),
            _ => silos[Random.Shared.Next(silos.Length)],
        };
        loads.OnPlaced(chosen);
        return chosen;
    }

    private ImmutableArray<SiloAddress> Candidates(GrainClass grainClass)
    {
        var active = view().Active;
        if (!silo.IsStopping && _excluded.IsEmpty)
            return active;
        return [.. active.Where(address => !_excluded.ContainsKey((address, grainClass.GrainType)) && !(silo.IsStopping && address.Equals(silo.Address)))];
    }

    private SiloAddress LeastLoaded(ImmutableArray<SiloAddress> silos)
    {
        var first = Random.Shared.Next(silos.Length);
        var best = silos[first];
        for (var i = 1; i < Math.Min(chooseOutOf, silos.Length); i++)
        {
            // Any but the first.
            var other = silos[(first + 1 + Random.Shared.Next(silos.Length - 1)) % silos.Length];
            if (loads.CountOf(other) < loads.CountOf(best))
                best = other;
        }

        return best;
    }
}
