using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Documents;

/// <summary>Reads documents; their grains write them through the committer.</summary>
public sealed class DocumentStore(NpgsqlDataSource database)
{
    /// <summary>A document; null and 0 if there is none.</summary>
    public async Task<(Document? Document, long Version)> Load(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT owner_id, name, content_type, bytes, state, created_at, version FROM documents WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return (null, 0);
        var document = new Document(
            id,
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetInt64(3),
            (DocumentState)reader.GetInt32(4),
            reader.GetFieldValue<DateTimeOffset>(5));
        return (document, reader.GetInt64(6));
    }

    /// <summary>How many documents a person has.</summary>
    public async Task<long> CountOf(Guid owner)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM documents WHERE owner_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Documents that were announced or rejected before a time, the oldest first, behind a position.</summary>
    public async Task<ImmutableArray<Position>> Unfinished(DateTimeOffset before, Position after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            SELECT created_at, id FROM documents
            WHERE state IN (1, 3) AND created_at < $1 AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = after.At });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<Position>();
        while (await reader.ReadAsync(cancellation))
            found.Add(new(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1)));
        return found.DrainToImmutable();
    }
}

/// <summary>Finds a person's documents, for the erasure of their account: some at a time.</summary>
public sealed class DocumentErasure(NpgsqlDataSource database)
{
    /// <summary>Documents of the person that are not removed yet.</summary>
    public async Task<ImmutableArray<Guid>> DocumentsOf(Guid owner, int limit)
    {
        await using var command = database.CreateCommand("SELECT id FROM documents WHERE owner_id = $1 AND state <> 4 LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var found = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));
        return found.DrainToImmutable();
    }
}
