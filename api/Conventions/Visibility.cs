using System.Collections.Immutable;
using StyleShare.People;

namespace StyleShare.Api.Conventions;

/// <summary>Whom a caller sees: a block hides both from each other, whoever made it.</summary>
internal sealed class Visibility(IGrainFactory grains)
{
    private const Avoidance Hiding = Avoidance.Blocking | Avoidance.BlockedBy;
    private static readonly Task<Avoidance> Nothing = Task.FromResult(Avoidance.None);

    /// <summary>What stands between the caller and another; mostly known, so that there is nothing to wait for.</summary>
    public Task<Avoidance> Between(Guid caller, Guid other) =>
        caller == other ? Nothing : grains.GetGrain<IAvoidanceGrain>(caller).Of(other);

    /// <summary>Whether the caller sees nothing of another.</summary>
    public async ValueTask<bool> IsHidden(Guid caller, Guid other) => (await Between(caller, other) & Hiding) != Avoidance.None;

    /// <summary>A page without what hidden people have in it; it may be a short one.</summary>
    public async Task<Page<T>> Only<T>(Guid caller, Page<T> page, Func<T, Guid> whose)
    {
        var seen = ImmutableArray.CreateBuilder<T>(page.Items.Length);
        foreach (var item in page.Items)
        {
            if (!await IsHidden(caller, whose(item)))
                seen.Add(item);
        }

        return page with { Items = seen.DrainToImmutable() };
    }
}
