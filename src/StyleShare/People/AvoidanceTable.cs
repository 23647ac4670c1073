using System.Collections.Frozen;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>One person avoids another.</summary>
internal readonly record struct Avoided(Guid By, Guid Whom, DateTimeOffset At);

/// <summary>The tables of blocks and mutes.</summary>
internal static class AvoidanceTable
{
    private static readonly Column<Avoided> By = Column.Uuid<Avoided>("by_id", row => row.By);
    private static readonly Column<Avoided> Whom = Column.Uuid<Avoided>("whom_id", row => row.Whom);
    private static readonly Column<Avoided> At = Column.Timestamptz<Avoided>("at", row => row.At);

    public static readonly Statement<Avoided> AddBlock = Add("blocks", "blocker_id, blocked_id");
    public static readonly Statement<Avoided> DropBlock = Drop("blocks", "(blocker_id, blocked_id)");
    public static readonly Statement<Avoided> AddMute = Add("mutes", "muter_id, muted_id");
    public static readonly Statement<Avoided> DropMute = Drop("mutes", "(muter_id, muted_id)");

    // Of one who is gone. Who muted them is nothing of theirs, and tells of nobody any more.
    public static readonly Statement<Guid> EraseBlocks = new(
        "blocks_erase",
        "DELETE FROM blocks USING rows WHERE blocks.blocker_id = rows.id OR blocks.blocked_id = rows.id",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));

    public static readonly Statement<Guid> EraseMutes = new(
        "mutes_erase",
        "DELETE FROM mutes USING rows WHERE mutes.muter_id = rows.id",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));

    private static Statement<Avoided> Add(string table, string columns) => new(
        table + "_add",
        $"INSERT INTO {table} ({columns}, created_at) SELECT by_id, whom_id, at FROM rows ON CONFLICT DO NOTHING",
        Expect.Any,
        By,
        Whom,
        At);

    private static Statement<Avoided> Drop(string table, string columns) => new(
        table + "_drop",
        $"DELETE FROM {table} USING rows WHERE {columns} = (rows.by_id, rows.whom_id)",
        Expect.Any,
        By,
        Whom);
}

/// <summary>Reads who avoids whom.</summary>
internal sealed class AvoidanceStore(NpgsqlDataSource database)
{
    /// <summary>Whether one of the two blocks the other.</summary>
    public async Task<bool> IsBlocked(Guid one, Guid other)
    {
        await using var command = database.CreateCommand(
            """
            SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = $2)
                OR EXISTS (SELECT FROM blocks WHERE blocker_id = $2 AND blocked_id = $1)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = one });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = other });
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>All whom a person avoids, and all who block them.</summary>
    public async Task<AvoidedPeople> Of(Guid person)
    {
        await using var command = database.CreateCommand(
            """
            SELECT other, bit_or(flag) FROM (
                SELECT blocked_id, 1 FROM blocks WHERE blocker_id = $1
                UNION ALL SELECT blocker_id, 2 FROM blocks WHERE blocked_id = $1
                UNION ALL SELECT muted_id, 4 FROM mutes WHERE muter_id = $1) AS found (other, flag)
            GROUP BY other
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person });
        var people = new Dictionary<Guid, Avoidance>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            people.Add(reader.GetGuid(0), (Avoidance)reader.GetInt32(1));
        return new(people.ToFrozenDictionary());
    }
}
