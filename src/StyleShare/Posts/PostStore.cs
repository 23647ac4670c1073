using System.Collections.Immutable;
using Npgsql;
using StyleShare.Photos;
using StyleShare.Storage;

namespace StyleShare.Posts;

/// <summary>What a post's grain starts with.</summary>
/// <param name="Post">Null if there is none.</param>
/// <param name="Likers">The first of those who like it: all, or one more than is kept of them.</param>
/// <param name="Savers">The same of those who have it in their collection.</param>
/// <param name="Photos">Those of its photos that there are.</param>
public sealed record LoadedPost(Post? Post, long Version, Guid[] Likers, Guid[] Savers, ImmutableArray<PhotoView> Photos)
{
    /// <summary>There is no such post.</summary>
    public static readonly LoadedPost None = new(null, 0, [], [], []);
}

/// <summary>Reads what the grain of one post needs; it writes through the committer.</summary>
public sealed class PostStore(NpgsqlDataSource database)
{
    private static readonly string LoadSql = $"""
        SELECT p.author_id, p.created_at, p.edited_at, p.deleted_at, p.likes, p.comments, p.shares, p.saves, p.version,
            c.caption, c.photo_ids, c.items::text, c.tags, c.mentions,
            CASE WHEN p.likes > 0 THEN ARRAY(SELECT user_id FROM likes WHERE post_id = $1 LIMIT $2) END,
            CASE WHEN p.saves > 0 THEN ARRAY(SELECT user_id FROM saves WHERE post_id = $1 LIMIT $2) END,
            CASE WHEN cardinality(c.photo_ids) > 0 THEN ({PhotoQueries.AsJson("c.photo_ids")}) END
        FROM posts p LEFT JOIN post_contents c ON c.post_id = p.id
        WHERE p.id = $1
        """;

    /// <summary>Reads a post, in one query.</summary>
    public async Task<LoadedPost> Load(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(LoadSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = KnownMembersLimits.Default.Loaded + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return LoadedPost.None;

        var content = reader.IsDBNull(9)
            ? PostContent.Empty
            : new PostContent(
                reader.GetString(9),
                [.. reader.GetFieldValue<Guid[]>(10)],
                PostTable.ItemsFromJson(reader.GetString(11)),
                [.. reader.GetFieldValue<string[]>(12)],
                [.. reader.GetFieldValue<string[]>(13)]);
        var post = new Post(
            id,
            reader.GetGuid(0),
            content,
            reader.GetFieldValue<DateTimeOffset>(1),
            reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
            reader.GetInt64(4),
            reader.GetInt64(5),
            reader.GetInt64(6),
            reader.GetInt64(7));
        return new(
            post,
            reader.GetInt64(8),
            reader.IsDBNull(14) ? [] : reader.GetFieldValue<Guid[]>(14),
            reader.IsDBNull(15) ? [] : reader.GetFieldValue<Guid[]>(15),
            reader.IsDBNull(16) ? [] : PhotoQueries.Read(reader.GetString(16)));
    }

    /// <summary>Who of these people like the post.</summary>
    public Task<IReadOnlyCollection<Guid>> LikersAmong(Guid post, Guid[] users) =>
        Among("SELECT user_id FROM likes WHERE post_id = $1 AND user_id = ANY ($2)", post, users);

    /// <summary>Who of these people have the post in their collection.</summary>
    public Task<IReadOnlyCollection<Guid>> SaversAmong(Guid post, Guid[] users) =>
        Among("SELECT user_id FROM saves WHERE post_id = $1 AND user_id = ANY ($2)", post, users);

    /// <summary>The comment; null if there is none on this post, or not any more.</summary>
    public async Task<Comment?> Comment(Guid post, Guid comment)
    {
        await using var command = database.CreateCommand(
            "SELECT author_id, text, created_at FROM comments WHERE id = $2 AND post_id = $1 AND deleted_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = comment });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new Comment(comment, post, reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2))
            : null;
    }

    private async Task<IReadOnlyCollection<Guid>> Among(string sql, Guid post, Guid[] users)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = post });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = users });
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<Guid>();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));
        return found;
    }
}
