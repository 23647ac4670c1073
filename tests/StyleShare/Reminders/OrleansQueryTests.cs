using StyleShare.Testing;

namespace StyleShare.Tests.Reminders;

/// <summary>The texts of OrleansQuery, run as the AdoNet providers run them: named parameters, results by column name.</summary>
public sealed class OrleansQueryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly string _own = Guid.NewGuid().ToString("n");

    [Fact]
    public async Task A_reminder_is_written_read_and_removed()
    {
        Assert.Equal(0, await Number("UpsertReminderRowKey", Reminder("alarm/1", "wake", hash: 7)));
        Assert.Equal(1, await Number("UpsertReminderRowKey", Reminder("alarm/1", "wake", hash: 7)));
        Assert.Equal(0, await Number("UpsertReminderRowKey", Reminder("alarm/1", "sleep", hash: 7)));

        var row = Assert.Single(await Rows("ReadReminderRowKey", Service, ("GrainId", "alarm/1"), ("ReminderName", "wake")));
        Assert.Equal(["GrainId", "ReminderName", "StartTime", "Period", "Version"], row.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(["alarm/1", "wake", Noon, 60_000L, 1], row.Values);
        Assert.Equal(2, (await Rows("ReadReminderRowsKey", Service, ("GrainId", "alarm/1"))).Count);

        Assert.Equal(0, await Number("DeleteReminderRowKey", Service, ("GrainId", "alarm/1"), ("ReminderName", "wake"), ("Version", 0)));
        Assert.Equal(1, await Number("DeleteReminderRowKey", Service, ("GrainId", "alarm/1"), ("ReminderName", "wake"), ("Version", 1)));
        await Run("DeleteReminderRowsKey", Service);
        Assert.Empty(await Rows("ReadReminderRowsKey", Service, ("GrainId", "alarm/1")));
    }

    [Fact]
    public async Task Reminders_are_read_by_ranges_of_hashes_also_by_one_that_wraps()
    {
        foreach (var hash in new[] { -20, -10, 10, 20 })
            await Number("UpsertReminderRowKey", Reminder($"alarm/{hash}", "wake", hash));
        Assert.Equal(["alarm/-10", "alarm/10"], await Range("ReadRangeRows1Key", -20, 10));
        Assert.Equal(["alarm/-20", "alarm/20"], await Range("ReadRangeRows2Key", 10, -20));
    }

    [Fact]
    public async Task A_member_is_written_only_with_the_version_that_was_read()
    {
        Assert.Equal(1, await Number("InsertMembershipVersionKey", Deployment));
        Assert.Equal(0, await Number("InsertMembershipVersionKey", Deployment));
        Assert.Equal(0, await Number("InsertMembershipKey", Member(port: 1, version: 5)));
        Assert.Equal(1, await Number("InsertMembershipKey", Member(port: 1, version: 0)));
        Assert.Equal(0, await Number("InsertMembershipKey", Member(port: 2, version: 0)));
        Assert.Equal(0, await Number("InsertMembershipKey", Member(port: 1, version: 1)));
        Assert.Equal(1, await Number("InsertMembershipKey", Member(port: 2, version: 1)));
        Assert.Equal(0, await Number("UpdateMembershipKey", Update(port: 1, version: 1, status: 6)));
        Assert.Equal(0, await Number("UpdateMembershipKey", Update(port: 9, version: 2, status: 6)));
        Assert.Equal(1, await Number("UpdateMembershipKey", Update(port: 1, version: 2, status: 6)));

        var rows = await Rows("MembershipReadAllKey", Deployment);
        Assert.Equal([3, 6], rows.Select(row => (int)row["Status"]!).Order());
        Assert.All(rows, row => Assert.Equal(3, row["Version"]));
        Assert.Equal(
            ["DeploymentId", "Address", "Port", "Generation", "SiloName", "HostName", "Status", "ProxyPort", "SuspectTimes", "StartTime", "IAmAliveTime", "Version"],
            rows[0].Keys,
            StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Of_many_who_write_with_one_version_one_does()
    {
        await Number("InsertMembershipVersionKey", Deployment);
        var done = await Task.WhenAll(Enumerable.Range(1, 16).Select(port => Number("InsertMembershipKey", Member(port, version: 0))));
        Assert.Equal(1, done.Sum());
        Assert.Single(await Rows("MembershipReadAllKey", Deployment));
    }

    [Fact]
    public async Task The_version_is_read_also_where_no_member_matches()
    {
        await Number("InsertMembershipVersionKey", Deployment);
        var row = Assert.Single(await Rows("MembershipReadRowKey", Deployment, ("Address", "10.0.0.1"), ("Port", 1), ("Generation", 1)));
        Assert.Equal(0, row["Version"]);
        Assert.Null(row["Address"]);
    }

    [Fact]
    public async Task Gateways_heartbeats_and_the_end_of_members()
    {
        await Number("InsertMembershipVersionKey", Deployment);
        await Number("InsertMembershipKey", Member(port: 1, version: 0));
        await Number("InsertMembershipKey", Member(port: 2, version: 1));
        await Number("UpdateMembershipKey", Update(port: 2, version: 2, status: 6));
        var gateway = Assert.Single(await Rows("GatewaysQueryKey", Deployment, ("Status", 3)));
        Assert.Equal(["10.0.0.1", 30_000, 1], gateway.Values);

        await Run("UpdateIAmAlivetimeKey", Deployment, ("Address", "10.0.0.1"), ("Port", 1), ("Generation", 1), ("IAmAliveTime", Noon.AddHours(1)));
        var one = Assert.Single(await Rows("MembershipReadRowKey", Deployment, ("Address", "10.0.0.1"), ("Port", 1), ("Generation", 1)));
        Assert.Equal(Noon.AddHours(1), one["IAmAliveTime"]);
        Assert.Equal(3, one["Version"]);

        await Run("CleanupDefunctSiloEntriesKey", Deployment, ("IAmAliveTime", Noon.AddDays(1)));
        Assert.Equal(1, Assert.Single(await Rows("MembershipReadAllKey", Deployment))["Port"]);
        await Run("DeleteMembershipTableEntriesKey", Deployment);
        Assert.Empty(await Rows("MembershipReadAllKey", Deployment));
    }

    private (string, object) Service => ("ServiceId", _own);

    private (string, object) Deployment => ("DeploymentId", _own);

    private (string, object)[] Reminder(string grain, string name, int hash) =>
        [Service, ("GrainId", grain), ("ReminderName", name), ("StartTime", Noon), ("Period", 60_000L), ("GrainHash", hash)];

    private (string, object)[] Member(int port, int version) =>
    [
        Deployment, ("Address", "10.0.0.1"), ("Port", port), ("Generation", 1), ("SiloName", "a"), ("HostName", "b"), ("Status", 3),
        ("ProxyPort", 30_000), ("StartTime", Noon), ("IAmAliveTime", Noon), ("Version", version),
    ];

    private (string, object)[] Update(int port, int version, int status) =>
    [
        Deployment, ("Address", "10.0.0.1"), ("Port", port), ("Generation", 1), ("Status", status), ("SuspectTimes", DBNull.Value),
        ("IAmAliveTime", Noon), ("Version", version),
    ];

    private async Task<IEnumerable<object?>> Range(string key, int begin, int end) =>
        (await Rows(key, Service, ("BeginHash", begin), ("EndHash", end))).Select(row => row["GrainId"]).Order();

    private async Task<int> Number(string key, params (string Name, object Value)[] parameters) =>
        (int)Assert.Single(Assert.Single(await Rows(key, parameters)).Values)!;

    private Task Run(string key, params (string Name, object Value)[] parameters) => Rows(key, parameters);

    private async Task<List<Dictionary<string, object?>>> Rows(string key, params (string Name, object Value)[] parameters)
    {
        var text = await database.ScalarAsync<string>($"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'");
        await using var command = database.Source.CreateCommand(text);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        await using var reader = await command.ExecuteReaderAsync();
        List<Dictionary<string, object?>> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i), StringComparer.OrdinalIgnoreCase));
        }

        return rows;
    }
}
