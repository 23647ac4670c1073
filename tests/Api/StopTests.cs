using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace StyleShare.Api.Tests;

/// <summary>The silo as a process of its own.</summary>
public sealed class StopTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task SIGTERM_lets_requests_under_way_finish_and_the_process_ends_with_0()
    {
        using var silo = await SiloProcess.Start(database.ConnectionString, "--StyleShare:Silo:StopTimeout", "00:00:04");
        using var http = new HttpClient { BaseAddress = silo.Address };
        var client = new ApiClient(http);
        var answer = await client.Post(
            "/v1/accounts", new { handle = "mina", email = "mina@example.com", password = Person.Password, displayName = "Mina" });
        client.Token = answer.Json["accessToken"]!.GetValue<string>();

        // Posts are published until the silo takes no more; each that was acknowledged must be there afterwards.
        var acknowledged = new List<string>();
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(Publish)).ToArray();
        while (Count() < 50)
            await Task.WhenAny(Task.WhenAll(writers), Task.Delay(5, TestContext.Current.CancellationToken));
        var elapsed = Stopwatch.StartNew();
        silo.Terminate();
        Assert.Equal(0, await silo.Ended());
        Assert.InRange(elapsed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await Task.WhenAll(writers);
        Assert.Equal(0, await database.ScalarAsync<long>(
            $"SELECT count(*) FROM unnest(ARRAY['{string.Join("','", acknowledged)}']::uuid[]) id WHERE id NOT IN (SELECT id FROM posts)"));

        async Task Publish()
        {
            try
            {
                while (true)
                {
                    var published = await client.Post("/v1/posts", new { caption = "before the end" });
                    if (published.Status != 201)
                        return;
                    lock (acknowledged)
                        acknowledged.Add(published.Json["id"]!.GetValue<string>());
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen any more.
            }
        }

        int Count()
        {
            lock (acknowledged)
                return acknowledged.Count;
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_it_with_a_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var silo = SiloProcess.Run(database.ConnectionString, ((IPEndPoint)taken.LocalEndpoint).Port);
        Assert.NotEqual(0, await silo.Ended());
        Assert.Contains("address already in use", await silo.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_is_none_ends_it_with_a_clear_line()
    {
        using var silo = SiloProcess.Run(database.ConnectionString, 0, "--StyleShare:Http:MaxBodyBytes", "-1");
        Assert.NotEqual(0, await silo.Ended());
        Assert.Contains("MaxBodyBytes", await silo.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_ends_it_with_a_clear_line()
    {
        using var silo = SiloProcess.Run("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2", 0);
        Assert.NotEqual(0, await silo.Ended());
        Assert.Contains("The database cannot be used", await silo.Errors, StringComparison.Ordinal);
    }
}
