using StyleShare.Testing;

namespace StyleShare.Tests.Reminders;

/// <summary>The texts of OrleansQuery, run as the AdoNet providers run them: named parameters, results by column name.</summary>
[Trait("Pooler", "transaction")]
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
    public async Task Every_key_that_the_providers_look_for_is_there()
    {
        string[] keys =
        [
            "ClearStorageKey", "CleanupDefunctSiloEntriesKey", "DeleteMembershipTableEntriesKey", "DeleteReminderRowKey",
            "DeleteReminderRowsKey", "DeleteStorageKey", "GatewaysQueryKey", "InsertMembershipKey", "InsertMembershipVersionKey",
            "MembershipReadAllKey", "MembershipReadRowKey", "ReadFromStorageKey", "ReadRangeRows1Key", "ReadRangeRows2Key",
            "ReadReminderRowKey", "ReadReminderRowsKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "UpsertReminderRowKey",
            "WriteToStorageKey",
        ];
        var there = await database.ScalarAsync<string[]>("SELECT array_agg(QueryKey::text) FROM OrleansQuery");
        Assert.Equal(keys.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_grain_s_state_is_written_only_with_the_version_that_was_read()
    {
        Assert.Empty(await Rows("ReadFromStorageKey", State()));
        Assert.Equal(1, await Version("WriteToStorageKey", Write(null, 1)));
        Assert.Null(await Version("WriteToStorageKey", Write(null, 2)));
        Assert.Equal(2, await Version("WriteToStorageKey", Write(1, 3)));
        Assert.Equal(1, await Version("WriteToStorageKey", Write(1, 4)));
        Assert.Equal(7, await Version("WriteToStorageKey", Write(7, 5)));
        var row = Assert.Single(await Rows("ReadFromStorageKey", State()));
        Assert.Equal([3], (byte[])row.Values.First()!);
        Assert.Equal(2, row["Version"]);
        Assert.IsType<DateTime>(row.Values.ElementAt(1));

        // Another grain, by its extension alone.
        Assert.Equal(1, await Version("WriteToStorageKey", [.. State("more"), ("GrainStateVersion", DBNull.Value), ("PayloadBinary", new byte[] { 9 })]));
        Assert.Equal([3], (byte[])Assert.Single(await Rows("ReadFromStorageKey", State())).Values.First()!);
    }

    [Fact]
    public async Task Of_many_first_writes_of_one_state_one_is_done()
    {
        var versions = await Task.WhenAll(Enumerable.Range(1, 16).Select(value => Version("WriteToStorageKey", Write(null, (byte)value))));
        var winner = Assert.Single(Enumerable.Range(1, 16), value => versions[value - 1] == 1);
        Assert.Equal(15, versions.Count(version => version is null));
        Assert.Equal([(byte)winner], (byte[])Assert.Single(await Rows("ReadFromStorageKey", State())).Values.First()!);
    }

    [Fact]
    public async Task A_state_is_cleared_and_deleted_only_with_the_version_that_was_read()
    {
        await Version("WriteToStorageKey", Write(null, 1));
        Assert.Equal(5, await Version("ClearStorageKey", [.. State(), ("GrainStateVersion", 5)]));
        Assert.Equal([1], (byte[])Assert.Single(await Rows("ReadFromStorageKey", State())).Values.First()!);
        Assert.Equal(2, await Version("ClearStorageKey", [.. State(), ("GrainStateVersion", 1)]));
        var cleared = Assert.Single(await Rows("ReadFromStorageKey", State()));
        Assert.Null(cleared.Values.First());
        Assert.Equal(2, cleared["Version"]);
        Assert.Equal(1, await Version("DeleteStorageKey", [.. State(), ("GrainStateVersion", 1)]));
        Assert.Single(await Rows("ReadFromStorageKey", State()));
        Assert.Equal(3, await Version("DeleteStorageKey", [.. State(), ("GrainStateVersion", 2)]));
        Assert.Empty(await Rows("ReadFromStorageKey", State()));
        Assert.Equal(1, await Version("WriteToStorageKey", Write(null, 1)));
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

    private (string, object)[] State(string? extension = null) =>
    [
        ("GrainIdHash", 11), ("GrainIdN0", 0L), ("GrainIdN1", 42L), ("GrainTypeHash", 13), ("GrainTypeString", "Cart"),
        ("GrainIdExtensionString", (object?)extension ?? DBNull.Value), Service,
    ];

    private (string, object)[] Write(int? version, byte value) =>
        [.. State(), ("GrainStateVersion", (object?)version ?? DBNull.Value), ("PayloadBinary", new[] { value })];

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

    private async Task<int?> Version(string key, (string Name, object Value)[] parameters) =>
        (int?)Assert.Single(await Rows(key, parameters))["NewGrainStateVersion"];

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
