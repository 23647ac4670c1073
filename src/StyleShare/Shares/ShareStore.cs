using Npgsql;

namespace StyleShare.Shares;

/// <summary>Reads what the grains of this feature start with; they write through the committer.</summary>
internal sealed class ShareStore(NpgsqlDataSource database)
{
    /// <summary>A share; null and 0 if there is none of this code.</summary>
    public async Task<(Share? Share, long Version)> Load(string code, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, owner_id, post_id, merchant_id, channel, message, locale, state, error, clicks, created_at, settled_at,
                ended_at, version
            FROM shares WHERE code = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = code });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return (null, 0);
        var share = new Share(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.IsDBNull(2) ? null : reader.GetGuid(2),
            reader.IsDBNull(3) ? null : reader.GetGuid(3),
            (ShareChannel)reader.GetInt32(4),
            reader.GetString(5),
            reader.GetString(6),
            (ShareState)reader.GetInt32(7),
            reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.GetInt64(9),
            reader.GetFieldValue<DateTimeOffset>(10),
            reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
            reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12));
        return (share, reader.GetInt64(13));
    }

    /// <summary>Through whom a person first came to a shop, with the row's version; null if through nobody.</summary>
    public async Task<(FirstTouch Touch, long Version)?> FirstTouch(Guid merchant, Guid user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT through_id, share_id, touched_at, version FROM first_touches WHERE merchant_id = $1 AND user_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = merchant });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var touch = new FirstTouch(
            merchant, user, reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2));
        return (touch, reader.GetInt64(3));
    }
}
