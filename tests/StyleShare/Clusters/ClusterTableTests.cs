using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using StyleShare.Testing;

namespace StyleShare.Tests.Clusters;

/// <summary>Silos that find each other by the membership table of the product's database.</summary>
public sealed class ClusterTableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Active = 3;
    private const int Dead = 6;

    [Fact]
    public async Task Silos_enter_the_table_and_leave_it_as_dead()
    {
        using var first = await Start("table", "one");
        using var second = await Start("table", "two");
        Assert.Equal([("one", Active), ("two", Active)], await Members("table"));
        await second.StopAsync();
        Assert.Equal([("one", Active), ("two", Dead)], await Members("table"));
        await first.StopAsync();
        Assert.Equal([("one", Dead), ("two", Dead)], await Members("table"));
    }

    [Fact]
    public async Task Silos_that_start_at_once_all_enter()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => Task.Run(() => Start("rush", $"silo-{number}"))));
        Assert.Equal([("silo-0", Active), ("silo-1", Active), ("silo-2", Active)], await Members("rush"));
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    [Fact]
    public async Task What_a_silo_left_that_ended_uncleanly_does_not_hold_the_next_one_up()
    {
        using (var founder = await Start("unclean", "founder"))
            await founder.StopAsync();
        await using (var command = database.Source.CreateCommand(
            """
            INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, StartTime, IAmAliveTime)
            VALUES ('unclean', '127.0.0.1', 1, 1, 'gone', 'here', 3, now(), now())
            """))
            await command.ExecuteNonQueryAsync();
        using var next = await Start("unclean", "next");
        Assert.Equal([("founder", Dead), ("gone", Dead), ("next", Active)], await Members("unclean"));
        await next.StopAsync();
    }

    private async Task<IHost> Start(string cluster, string name)
    {
        var host = new HostBuilder().UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "tests"));
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.Configure<EndpointOptions>(options => (options.AdvertisedIPAddress, options.SiloPort) = (System.Net.IPAddress.Loopback, 0));
            silo.UseAdoNetClustering(options => (options.Invariant, options.DataSource) = ("Npgsql", database.Source));
        }).Build();
        await host.StartAsync();
        return host;
    }

    private async Task<List<(string Name, int Status)>> Members(string cluster)
    {
        await using var command = database.Source.CreateCommand("SELECT SiloName, Status FROM OrleansMembershipTable WHERE DeploymentId = $1 ORDER BY SiloName");
        command.Parameters.Add(new() { Value = cluster });
        await using var reader = await command.ExecuteReaderAsync();
        List<(string, int)> members = [];
        while (await reader.ReadAsync())
            members.Add((reader.GetString(0), reader.GetInt32(1)));
        return members;
    }
}
