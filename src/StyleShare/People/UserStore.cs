using Npgsql;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>A person as they are read at activation.</summary>
/// <param name="User">The state; null if there is none.</param>
/// <param name="Version">Its version; 0 if there is none.</param>
/// <param name="Posts">How many posts they have.</param>
/// <param name="Followers">Who follows them: all, or one more than are kept.</param>
internal readonly record struct LoadedUser(User? User, long Version, long Posts, Guid[] Followers);

/// <summary>Reads the tables of this feature for grains.</summary>
internal sealed class UserStore(NpgsqlDataSource database)
{
    // The index of posts by author holds the posts that are not deleted, so this reads nothing but the index.
    private const string CountPosts = "SELECT count(*) FROM posts WHERE author_id = $1 AND deleted_at IS NULL";

    /// <summary>A person, in one round trip.</summary>
    public async Task<LoadedUser> Load(Guid id, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command(
            $"""
            SELECT handle, email, display_name, bio, avatar_photo_id, locale, followers, created_at, gone_at, version,
                   ({CountPosts}), email_verified_at, avatar
            FROM users WHERE id = $1
            """,
            id));
        batch.BatchCommands.Add(Command(
            $"SELECT follower_id FROM follows WHERE followee_id = $1 LIMIT {KnownMembersLimits.Default.Loaded + 1}", id));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return default;
        var user = new User(
            id,
            Handle: reader.GetString(0),
            Email: reader.GetString(1),
            DisplayName: reader.GetString(2),
            Bio: reader.GetString(3),
            AvatarPhotoId: reader.IsDBNull(4) ? null : reader.GetGuid(4),
            Locale: reader.GetString(5),
            Followers: reader.GetInt64(6),
            CreatedAt: reader.GetFieldValue<DateTimeOffset>(7),
            GoneAt: reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8))
        {
            EmailVerifiedAt = reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
            Avatar = reader.IsDBNull(12) ? null : reader.GetString(12),
        };
        var (version, posts) = (reader.GetInt64(9), reader.GetInt64(10));
        await reader.NextResultAsync(ct);
        return new(user, version, posts, [.. await Ids(reader, ct)]);
    }

    /// <summary>Which of these follow a person.</summary>
    public async Task<IReadOnlyCollection<Guid>> FollowersAmong(Guid id, Guid[] others)
    {
        await using var command = database.CreateCommand(
            "SELECT follower_id FROM follows WHERE follower_id = ANY ($2) AND followee_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = others });
        await using var reader = await command.ExecuteReaderAsync();
        return await Ids(reader, CancellationToken.None);
    }

    /// <summary>Everybody whom a person follows.</summary>
    public async Task<List<Guid>> FollowedBy(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT followee_id FROM follows WHERE follower_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await Ids(reader, ct);
    }

    /// <summary>How many posts a person has.</summary>
    public async Task<long> PostsOf(Guid id)
    {
        await using var command = database.CreateCommand(CountPosts);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<List<Guid>> Ids(NpgsqlDataReader reader, CancellationToken ct)
    {
        var ids = new List<Guid>();
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private static NpgsqlBatchCommand Command(string sql, Guid id) =>
        new(sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } };
}
