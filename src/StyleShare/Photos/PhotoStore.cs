using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;

namespace StyleShare.Photos;

/// <summary>Something that shows a photo.</summary>
internal readonly record struct PhotoUse(PhotoUseKind Kind, Guid Subject);

/// <summary>Reads the tables of this feature for its grain, jobs and sweep; and writes the rows of pictures that no photo has any more.</summary>
internal sealed class PhotoStore(NpgsqlDataSource database)
{
    private const string PictureColumns =
        "pictures.rendered_at IS NOT NULL, pictures.width, pictures.height, pictures.placeholder, pictures.color, pictures.sizes::text";

    /// <summary>A photo and its version; null and 0 if there is none.</summary>
    public async Task<(Photo? Photo, long Version)> Load(Guid id, CancellationToken cancellation)
    {
        await using var command = Command(
            $"""
            SELECT photos.owner_id, photos.state, photos.reason, photos.content_type, photos.bytes, photos.sha256,
                encode(photos.content, 'hex'), photos.created_at, photos.version, {PictureColumns}
            FROM photos LEFT JOIN pictures ON pictures.content = photos.content WHERE photos.id = $1
            """,
            id);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return (null, 0);
        var photo = new Photo(
            id,
            row.GetGuid(0),
            (PhotoState)row.GetInt32(1),
            Text(row, 2),
            row.GetString(3),
            row.GetInt64(4),
            Text(row, 5),
            Text(row, 6),
            row.GetFieldValue<DateTimeOffset>(7))
        {
            Picture = Picture(row, 9),
        };
        return (photo, row.GetInt64(8));
    }

    /// <summary>What is known of a picture; null if it is not rendered.</summary>
    public async Task<PhotoPicture?> Picture(string content)
    {
        await using var command = Command($"SELECT {PictureColumns} FROM pictures WHERE content = $1", Convert.FromHexString(content));
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? Picture(row, 0) : null;
    }

    /// <summary>What shows a photo.</summary>
    public async Task<ImmutableArray<PhotoUse>> UsesOf(Guid photo, CancellationToken cancellation = default)
    {
        await using var command = Command("SELECT kind, subject FROM photo_uses WHERE photo_id = $1", photo);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var uses = ImmutableArray.CreateBuilder<PhotoUse>();
        while (await row.ReadAsync(cancellation))
            uses.Add(new((PhotoUseKind)row.GetInt32(0), row.GetGuid(1)));
        return uses.DrainToImmutable();
    }

    /// <summary>Photos that nothing has shown, announced before others, behind a place in their order.</summary>
    public Task<ImmutableArray<Guid>> Unused(Guid before, Guid behind, int limit, CancellationToken cancellation) => Ids(
        "SELECT photo_id FROM photos_unused WHERE photo_id < $1 AND photo_id > $2 ORDER BY photo_id LIMIT $3",
        cancellation, new NpgsqlParameter<Guid> { TypedValue = before }, new NpgsqlParameter<Guid> { TypedValue = behind },
        new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>Some photos of a person.</summary>
    public Task<ImmutableArray<Guid>> OwnedBy(Guid owner, int limit) => Ids(
        "SELECT id FROM photos WHERE owner_id = $1 ORDER BY id DESC LIMIT $2", CancellationToken.None,
        new NpgsqlParameter<Guid> { TypedValue = owner }, new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>Marks a picture that no photo is linked to as one that is being removed; nothing is linked to it from then on.</summary>
    /// <returns>Whether it is; not if there is none, or a photo is linked to it.</returns>
    public async Task<bool> BeginRemoval(string content)
    {
        await using var command = Command(
            "UPDATE pictures SET deleting = true WHERE content = $1 AND uses = 0", Convert.FromHexString(content));
        return await command.ExecuteNonQueryAsync() > 0;
    }

    /// <summary>Forgets a picture that is being removed: what is uploaded again is a new one.</summary>
    public async Task EndRemoval(string content)
    {
        await using var command = Command("DELETE FROM pictures WHERE content = $1 AND deleting", Convert.FromHexString(content));
        await command.ExecuteNonQueryAsync();
    }

    private async Task<ImmutableArray<Guid>> Ids(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var ids = ImmutableArray.CreateBuilder<Guid>();
        while (await row.ReadAsync(cancellation))
            ids.Add(row.GetGuid(0));
        return ids.DrainToImmutable();
    }

    private NpgsqlCommand Command<T>(string sql, T key)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = key });
        return command;
    }

    private static PhotoPicture? Picture(NpgsqlDataReader row, int first) => !row.IsDBNull(first) && row.GetBoolean(first)
        ? new(
            row.GetInt32(first + 1),
            row.GetInt32(first + 2),
            row.GetString(first + 3),
            row.GetString(first + 4),
            JsonSerializer.Deserialize(row.GetString(first + 5), PhotoJson.Default.ImmutableArrayPhotoSize))
        : null;

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
