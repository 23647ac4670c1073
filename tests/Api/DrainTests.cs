using System.Net;

namespace StyleShare.Api.Tests;

/// <summary>How a silo goes: as a process, with another one in the registry that load balancers could send to.</summary>
public sealed class DrainTests
{
    private const string OperatorKey = "a key of operators in tests";

    // Drains end when the test says so, however slow this machine is.
    private static readonly string[] Settings =
    [
        "--StyleShare:Operators:Key", OperatorKey, "--StyleShare:Silo:DrainFor", "00:10:00",
        "--StyleShare:Silo:Name", "mine", "--StyleShare:Accounts:PasswordIterations", "1",
    ];

    [Fact]
    public async Task A_silo_that_drains_says_so_serves_on_and_ends_when_nobody_is_left_to_take_over()
    {
        await using var database = await TestDatabase.CreateAsync();
        await OtherIsReady(database);
        using var silo = await SiloProcess.Start(database.ConnectionString, Settings);
        using var http = new HttpClient { BaseAddress = silo.Address };
        var client = await SignUp(http);
        using var stream = await EventStream(http, client);
        var events = await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var before = await client.Get("/v1/me");
        Assert.Equal((200, false), (before.Status, before.Headers.ContainsKey("Connection")));

        client.Token = OperatorKey;
        Assert.Equal(202, (await client.Send(HttpMethod.Post, "/ops/v1/silos/mine/drain", null)).Status);
        await NotReady(http);
        Assert.Equal(200, (await client.Get("/health/live")).Status);
        var served = await client.Get("/ops/v1/cluster");
        Assert.Equal((200, "close"), (served.Status, served.Headers["Connection"]));
        await NotificationSteps.Until(async () =>
            (await client.Get("/ops/v1/cluster")).Items.Any(item => item!["name"]!.GetValue<string>() == "mine" && item["state"]!.GetValue<string>() == "draining"));

        // The stream ends as streams do, and not by a broken connection.
        await events.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        await database.ExecuteAsync("DELETE FROM silos WHERE name = 'other'");
        Assert.Equal(0, await silo.Ended());
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM silos"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM stream_readers"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM job_workers"));
    }

    [Fact]
    public async Task SIGTERM_drains_and_a_second_one_ends_the_wait()
    {
        await using var database = await TestDatabase.CreateAsync();
        await OtherIsReady(database);
        using var silo = await SiloProcess.Start(database.ConnectionString, Settings);
        using var http = new HttpClient { BaseAddress = silo.Address };
        silo.Terminate();
        await NotReady(http);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM silos WHERE name = 'mine'"));
        silo.Terminate();
        Assert.Equal(0, await silo.Ended());
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM silos WHERE name = 'mine'"));
    }

    [Fact]
    public async Task Ctrl_C_waits_for_nobody()
    {
        await using var database = await TestDatabase.CreateAsync();
        await OtherIsReady(database);
        using var silo = await SiloProcess.Start(database.ConnectionString, Settings);
        silo.Interrupt();
        Assert.Equal(0, await silo.Ended());
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM silos WHERE name = 'mine'"));
    }

    // A word from tomorrow: it lives as long as the test wants.
    private static Task OtherIsReady(TestDatabase database) => database.ExecuteAsync(
        "INSERT INTO silos (id, name, version, state, seen_at) VALUES (gen_random_uuid(), 'other', 'x', 'ready', now() + interval '1 day')");

    private static async Task<ApiClient> SignUp(HttpClient http)
    {
        var client = new ApiClient(http);
        var answer = await client.Post(
            "/v1/accounts", new { handle = "mina", email = "mina@example.com", password = Person.Password, displayName = "Mina" });
        client.Token = answer.Json["accessToken"]!.GetValue<string>();
        return client;
    }

    private static async Task<HttpResponseMessage> EventStream(HttpClient http, ApiClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/notifications/stream");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + client.Token);
        var stream = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        return stream;
    }

    private static Task NotReady(HttpClient http) => NotificationSteps.Until(async () =>
    {
        using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
    });
}
