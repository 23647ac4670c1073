using Orleans.TestingHost;

namespace Compliance;

public interface IResidentGrain : IGrainWithStringKey
{
    /// <summary>The silo that it is active on.</summary>
    Task<SiloAddress> Where();
}

public sealed class ResidentGrain(ILocalSiloDetails silo) : Grain, IResidentGrain
{
    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);
}

/// <summary>Silos come and go; the others agree on who is there, and the client goes on.</summary>
public sealed class ManySilosMembership
{
    [Fact]
    public async Task Three_silos_are_one_cluster()
    {
        await using var cluster = await Deploy(3);
        Assert.Equal(3, cluster.GetActiveSilos().Count());
        Assert.Equal(3, cluster.Silos.Select(silo => silo.SiloAddress).Distinct().Count());
        Assert.Equal(2, cluster.SecondarySilos.Count);
        var homes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.GrainFactory.GetGrain<IResidentGrain>($"a{i}").Where()));
        Assert.Equal(cluster.Silos.Select(silo => silo.SiloAddress).Order(), homes.Distinct().Order());
        await AllSilosFindTheSame(cluster, homes, "a");
    }

    [Fact]
    public async Task A_silo_that_is_started_later_takes_its_part()
    {
        await using var cluster = await Deploy(1);
        var before = await cluster.GrainFactory.GetGrain<IResidentGrain>("before").Where();
        var added = await cluster.StartAdditionalSiloAsync();
        await cluster.WaitForLivenessToStabilizeAsync();
        Assert.Equal(2, cluster.Silos.Count);
        Assert.Same(added, cluster.GetSiloForAddress(added.SiloAddress));
        Assert.Equal(before, await GrainsOf(cluster, added).GetGrain<IResidentGrain>("before").Where());
        var homes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.GrainFactory.GetGrain<IResidentGrain>($"b{i}").Where()));
        Assert.Contains(added.SiloAddress, homes);
    }

    [Fact]
    public async Task Several_silos_may_start_at_once()
    {
        await using var cluster = await Deploy(1);
        Assert.Equal(3, (await cluster.StartAdditionalSilosAsync(3)).Count);
        await cluster.WaitForLivenessToStabilizeAsync();
        Assert.Equal(4, cluster.GetActiveSilos().Count());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Grains_of_a_silo_that_ended_answer_elsewhere(bool isPrimary, bool gracefully)
    {
        await using var cluster = await Deploy(3);
        var grains = Enumerable.Range(0, 60).Select(i => cluster.GrainFactory.GetGrain<IResidentGrain>($"c{i}")).ToList();
        await Task.WhenAll(grains.Select(grain => grain.Where()));
        var ended = isPrimary ? cluster.Primary! : cluster.SecondarySilos[0];
        if (gracefully)
            await cluster.StopSiloAsync(ended);
        else
            await cluster.KillSiloAsync(ended);
        Assert.False(ended.IsActive);
        Assert.DoesNotContain(ended, cluster.Silos);
        await cluster.WaitForLivenessToStabilizeAsync(didKill: !gracefully);

        var homes = await Task.WhenAll(grains.Select(grain => grain.Where()));
        Assert.DoesNotContain(ended.SiloAddress, homes);
        Assert.Equal(2, homes.Distinct().Count());
        await AllSilosFindTheSame(cluster, homes, "c");
    }

    [Fact]
    public async Task Of_three_silos_two_may_be_killed_at_once()
    {
        await using var cluster = await Deploy(3);
        var last = cluster.SecondarySilos[1];
        await Task.WhenAll(cluster.KillSiloAsync(cluster.Primary), cluster.KillSiloAsync(cluster.SecondarySilos[0]));
        await cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        Assert.Equal(last.SiloAddress, await cluster.GrainFactory.GetGrain<IResidentGrain>("d").Where());
    }

    [Fact]
    public async Task A_silo_is_restarted_as_a_new_one_of_the_same_name()
    {
        await using var cluster = await Deploy(2);
        var before = cluster.SecondarySilos[0];
        var after = await cluster.RestartSiloAsync(before);
        await cluster.WaitForLivenessToStabilizeAsync();
        Assert.Equal(before.Name, after.Name);
        Assert.NotEqual(before.SiloAddress, after.SiloAddress);
        Assert.Equal(2, cluster.GetActiveSilos().Count());
        Assert.False(before.IsActive);
    }

    [Fact]
    public async Task A_cluster_whose_silos_were_all_killed_is_started_anew()
    {
        await using var cluster = await Deploy(2);
        await Task.WhenAll(cluster.KillSiloAsync(cluster.Primary), cluster.KillSiloAsync(cluster.SecondarySilos[0]));
        Assert.Empty(cluster.Silos);
        var next = await cluster.StartAdditionalSiloAsync();
        await cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        Assert.Equal(next.SiloAddress, await cluster.GrainFactory.GetGrain<IResidentGrain>("e").Where());
    }

    private static async Task<TestCluster> Deploy(short silos)
    {
        var cluster = new TestClusterBuilder(silos).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static IGrainFactory GrainsOf(TestCluster cluster, SiloHandle silo) =>
        cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<IGrainFactory>();

    private static async Task AllSilosFindTheSame(TestCluster cluster, SiloAddress[] homes, string prefix)
    {
        foreach (var silo in cluster.Silos)
        {
            var grains = GrainsOf(cluster, silo);
            Assert.Equal(homes, await Task.WhenAll(homes.Select((_, i) => grains.GetGrain<IResidentGrain>($"{prefix}{i}").Where())));
        }
    }
}
