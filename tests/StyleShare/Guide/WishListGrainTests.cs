using System.Collections.Immutable;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Guide;

public interface IWishListGrain : IGrainWithGuidKey
{
    Task<int> Add(string item);
}

[GenerateSerializer, Immutable]
public sealed record WishList
{
    [Id(0)]
    public ImmutableArray<string> Items { get; init; } = [];

    // The rule: state in, decision out. No clock, no I/O, no engine, so that its tests need none.
    public WishList Add(string item) => Items.Contains(item) ? this : this with { Items = Items.Add(item) };
}

public sealed class WishListGrain([PersistentState("wishes", GrainStateStorage.Name)] IPersistentState<WishList> wishes)
    : Grain, IWishListGrain
{
    public async Task<int> Add(string item)
    {
        wishes.State = wishes.State.Add(item);                      // decide
        try { await wishes.WriteStateAsync(); }                     // commit
        catch { DeactivateOnIdle(); throw; }                        // not committed: forget it, load again
        return wishes.State.Items.Length;                           // answer
    }
}

public sealed class WishListGrainTests
{
    [Fact]
    public async Task A_wish_survives_a_crash()
    {
        await using var database = await TestDatabase.CreateAsync();
        var id = Guid.NewGuid();
        await using var silo = await StyleShareCluster.StartAsync(database);
        Assert.Equal(1, await silo.Grains.GetGrain<IWishListGrain>(id).Add("trench coat"));
        await silo.KillAsync();
        await using var next = await StyleShareCluster.StartAsync(database);
        Assert.Equal(2, await next.Grains.GetGrain<IWishListGrain>(id).Add("loafers"));
    }
}
