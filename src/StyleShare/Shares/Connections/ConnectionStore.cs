using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Shares.Connections;

/// <summary>What its owner sees of a connection.</summary>
/// <param name="Label">A host or a page; empty where there is nothing to tell.</param>
/// <param name="RevokedAt">Since when the channel refuses it; null if it does not.</param>
public sealed record ConnectionView(ShareChannel Channel, string Label, DateTimeOffset ConnectedAt, DateTimeOffset? RevokedAt);

/// <summary>Reads connections.</summary>
public sealed class ConnectionStore(NpgsqlDataSource database)
{
    /// <summary>The connections of a person, without what lets us in.</summary>
    public async Task<ImmutableArray<ConnectionView>> Of(Guid user)
    {
        await using var command = database.CreateCommand(
            "SELECT channel, label, connected_at, revoked_at FROM connections WHERE user_id = $1 ORDER BY channel");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using var reader = await command.ExecuteReaderAsync();
        var found = ImmutableArray.CreateBuilder<ConnectionView>();
        while (await reader.ReadAsync())
        {
            found.Add(new(
                (ShareChannel)reader.GetInt32(0),
                reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return found.DrainToImmutable();
    }

    /// <summary>One connection as it is kept; null if there is none.</summary>
    internal async Task<ConnectionRow?> Find(Guid user, ShareChannel channel)
    {
        await using var command = database.CreateCommand(
            "SELECT label, sealed, token_id, connected_at, revoked_at FROM connections WHERE user_id = $1 AND channel = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)channel });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return null;
        return new(
            user,
            channel,
            reader.GetString(0),
            reader.GetFieldValue<byte[]>(1),
            reader.GetGuid(2),
            reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));
    }
}
