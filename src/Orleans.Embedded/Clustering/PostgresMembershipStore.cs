using System.Collections.Frozen;
using System.Net;
using Npgsql;
using NpgsqlTypes;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// The tables of Orleans' AdoNet provider, by the texts that the table OrleansQuery has for it: the parameters' names and the
/// columns are that provider's contract, how a text does its work is the database's own business.
/// </summary>
internal sealed class PostgresMembershipStore(NpgsqlDataSource source, string clusterId) : IMembershipStore
{
    private static readonly string[] Keys =
    [
        "InsertMembershipVersionKey", "MembershipReadAllKey", "InsertMembershipKey", "UpdateMembershipKey", "UpdateIAmAlivetimeKey",
        "CleanupDefunctSiloEntriesKey",
    ];

    private FrozenDictionary<string, string> _texts = FrozenDictionary<string, string>.Empty;

    /// <exception cref="OrleansConfigurationException">A text is missing.</exception>
    public async Task Initialize(CancellationToken cancellation)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var command = source.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery WHERE QueryKey = ANY ($1)"))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Keys });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                texts.Add(reader.GetString(0), reader.GetString(1));
        }

        if (Keys.FirstOrDefault(key => !texts.ContainsKey(key)) is { } missing)
            throw new OrleansConfigurationException($"The table OrleansQuery has no '{missing}': the database is not set up for clustering.");
        _texts = texts.ToFrozenDictionary(StringComparer.Ordinal);
        await using var insert = Command("InsertMembershipVersionKey");
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<ClusterView> Read(CancellationToken cancellation)
    {
        await using var command = Command("MembershipReadAllKey");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<ClusterMember> members = [];
        long? version = null;
        while (await reader.ReadAsync(cancellation))
        {
            version = reader.GetInt32(reader.GetOrdinal("Version"));
            if (!await reader.IsDBNullAsync(reader.GetOrdinal("Address"), cancellation))
                members.Add(MemberOf(reader));
        }

        return new ClusterView(version ?? throw new InvalidOperationException($"The membership table has no version of cluster '{clusterId}'."), members);
    }

    public async Task<bool> Insert(ClusterMember member, long version, CancellationToken cancellation)
    {
        await using var command = Command("InsertMembershipKey", member.Address);
        Add(command, "SiloName", NpgsqlDbType.Varchar, member.Name);
        Add(command, "HostName", NpgsqlDbType.Varchar, member.HostName);
        Add(command, "Status", NpgsqlDbType.Integer, (int)member.Status);
        // The port for clients; there are none outside of silos.
        Add(command, "ProxyPort", NpgsqlDbType.Integer, 0);
        Add(command, "StartTime", NpgsqlDbType.TimestampTz, member.StartTime);
        Add(command, "IAmAliveTime", NpgsqlDbType.TimestampTz, member.IAmAliveTime);
        Add(command, "Version", NpgsqlDbType.Integer, checked((int)version));
        return await IsDone(command, cancellation);
    }

    public async Task<bool> Update(ClusterMember member, long version, CancellationToken cancellation)
    {
        await using var command = Command("UpdateMembershipKey", member.Address);
        Add(command, "Status", NpgsqlDbType.Integer, (int)member.Status);
        Add(command, "SuspectTimes", NpgsqlDbType.Varchar, SuspicionText.Write(member.Suspicions));
        Add(command, "IAmAliveTime", NpgsqlDbType.TimestampTz, member.IAmAliveTime);
        Add(command, "Version", NpgsqlDbType.Integer, checked((int)version));
        return await IsDone(command, cancellation);
    }

    public async Task UpdateIAmAlive(SiloAddress silo, DateTime time, CancellationToken cancellation)
    {
        await using var command = Command("UpdateIAmAlivetimeKey", silo);
        Add(command, "IAmAliveTime", NpgsqlDbType.TimestampTz, time);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task Cleanup(DateTime before, CancellationToken cancellation)
    {
        await using var command = Command("CleanupDefunctSiloEntriesKey");
        Add(command, "IAmAliveTime", NpgsqlDbType.TimestampTz, before);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string key, SiloAddress? silo = null)
    {
        var command = source.CreateCommand(_texts[key]);
        Add(command, "DeploymentId", NpgsqlDbType.Varchar, clusterId);
        if (silo is not null)
        {
            Add(command, "Address", NpgsqlDbType.Varchar, silo.Endpoint.Address.ToString());
            Add(command, "Port", NpgsqlDbType.Integer, silo.Endpoint.Port);
            Add(command, "Generation", NpgsqlDbType.Integer, silo.Generation);
        }

        return command;
    }

    private static async Task<bool> IsDone(NpgsqlCommand command, CancellationToken cancellation) =>
        (int)(await command.ExecuteScalarAsync(cancellation))! > 0;

    private static ClusterMember MemberOf(NpgsqlDataReader row)
    {
        var suspects = row.GetOrdinal("SuspectTimes");
        return new ClusterMember(
            SiloAddress.New(
                IPAddress.Parse(row.GetString(row.GetOrdinal("Address"))), row.GetInt32(row.GetOrdinal("Port")), row.GetInt32(row.GetOrdinal("Generation"))),
            row.GetString(row.GetOrdinal("SiloName")),
            row.GetString(row.GetOrdinal("HostName")),
            (SiloStatus)row.GetInt32(row.GetOrdinal("Status")),
            SuspicionText.Read(row.IsDBNull(suspects) ? null : row.GetString(suspects)),
            row.GetDateTime(row.GetOrdinal("StartTime")),
            row.GetDateTime(row.GetOrdinal("IAmAliveTime")));
    }

    private static void Add(NpgsqlCommand command, string name, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
