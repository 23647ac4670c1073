using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleShare.Testing.Services;

namespace StyleShare.Chaos.Tests;

/// <summary>A push service that is down for a while.</summary>
public sealed class AbsentPushServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int People = 6;
    private const int DevicesEach = 2;
    private const int Comments = 10;
    private const int Pushes = People * DevicesEach * Comments;

    [Fact]
    public async Task Nothing_is_lost_each_device_gets_its_pushes_once_and_in_order_and_the_service_is_not_stormed()
    {
        await using var service = await WebPushServer.StartAsync();
        using var clients = new Clients();
        using var silo = await SiloProcess.Start(database.ConnectionString,
        [
            .. service.Settings.Arguments(),
            "--StyleShare:Accounts:PasswordIterations", "1",
            "--StyleShare:Notifications:PushDelay", "00:00:00.100",
            // Its return is noticed sooner than by default, so that the test is short.
            "--StyleShare:Push:WebPush:Limits:FirstBreak", "00:00:01",
            "--StyleShare:Push:WebPush:Limits:LongestBreak", "00:00:02",
        ]);
        var people = await clients.SignUpMany(silo.Address, "person", People);
        foreach (var person in people)
            await Subscribe(clients, silo.Address, person, service);
        var fan = await clients.SignUp(silo.Address, "fan");
        var posts = await Task.WhenAll(people.Select(person => Clients.Publish(silo.Address, person, "for you")));

        service.Down = new ServiceFault.Answer(503, RetryAfter: "1");
        for (var i = 0; i < Comments; i++)
            await Task.WhenAll(posts.Select(post => clients.Comment(() => silo.Address, fan, post, "lovely")));
        await Eventually.Is((long)Pushes, () => database.ScalarAsync<long>("SELECT count(*) FROM push_queue"));
        // Long enough for each device to have been tried, and for the service to have been left alone and asked again.
        await Eventually.Is(true, () => Task.FromResult(service.Received.Count >= People * DevicesEach + 3));
        Assert.Empty(service.Delivered);
        var wanted = await Queued();
        var whileDown = service.Received.Count;
        Assert.InRange(whileDown, 1, Pushes);

        service.Down = null;
        await Eventually.Is(0L, () => database.ScalarAsync<long>("SELECT count(*) FROM push_queue"));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{whileDown} requests while it was down, {service.Received.Count - whileDown} afterwards for {Pushes} pushes"));
        Assert.Equal(Pushes, service.Delivered.Count);
        Assert.Equal(wanted, PerDevice(service.Delivered.Select(push => (push.Browser, LineOf(push.Content)))));
        // A few may have been refused in the moment in which the service came back.
        Assert.InRange(service.Received.Count - whileDown, Pushes, Pushes + (People * DevicesEach));
    }

    private static async Task Subscribe(Clients clients, Uri silo, Someone person, WebPushServer service)
    {
        for (var i = 1; i <= DevicesEach; i++)
        {
            var device = string.Create(CultureInfo.InvariantCulture, $"{person.Handle}-{i}");
            var body = JsonSerializer.Serialize(new { platform = "webpush", subscription = JsonNode.Parse(service.Subscribe(device)) });
            await clients.Insist(() => silo, person, HttpMethod.Put, $"/v1/me/devices/{device}", body);
        }
    }

    // What waits for each device, in the order in which it is to come.
    private async Task<string[]> Queued()
    {
        await using var command = database.Source.CreateCommand("SELECT device_id, line_id FROM push_queue ORDER BY position");
        await using var reader = await command.ExecuteReaderAsync();
        List<(string, string)> rows = [];
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), reader.GetGuid(1).ToString()));
        return PerDevice(rows);
    }

    private static string[] PerDevice(IEnumerable<(string Device, string Line)> pushes) =>
    [
        .. pushes.GroupBy(push => push.Device, push => push.Line, StringComparer.Ordinal)
            .OrderBy(device => device.Key, StringComparer.Ordinal)
            .Select(device => $"{device.Key}: {string.Join(' ', device)}"),
    ];

    private static string LineOf(JsonNode content) => content["data"]!["notificationId"]!.GetValue<string>();
}
