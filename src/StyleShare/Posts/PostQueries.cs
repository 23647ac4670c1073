using System.Collections.Immutable;
using Npgsql;
using StyleShare.People;

namespace StyleShare.Posts;

/// <summary>Lists that no grain holds: by index from the database, newest first, a page at a time.</summary>
/// <remarks>A page starts behind the last entry of the one before, by key, so new entries shift nothing.</remarks>
public sealed class PostQueries(NpgsqlDataSource database)
{
    // Later than whatever is in a list; Npgsql would write DateTime.MaxValue as infinity, which is later still.
    private static readonly DateTime EndOfTime = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Who likes the post; those who are gone are left out.</summary>
    public Task<Page<UserSummary>> Likes(Guid post, Position? after, int limit) => ReadPage(
        """
        SELECT l.created_at, l.user_id, u.handle, u.display_name, u.avatar
        FROM likes l JOIN users u ON u.id = l.user_id AND u.gone_at IS NULL
        WHERE l.post_id = $1 AND (l.created_at, l.user_id) < ($2, $3)
        ORDER BY l.created_at DESC, l.user_id DESC LIMIT $4
        """,
        post, after, limit, (NpgsqlDataReader row) => Summary(row, 1));

    /// <summary>The comments on the post; those of people who are gone are left out.</summary>
    public Task<Page<CommentView>> Comments(Guid post, Position? after, int limit) => ReadPage(
        """
        SELECT c.created_at, c.id, c.text, c.author_id, u.handle, u.display_name, u.avatar
        FROM comments c JOIN users u ON u.id = c.author_id AND u.gone_at IS NULL
        WHERE c.post_id = $1 AND c.deleted_at IS NULL AND (c.created_at, c.id) < ($2, $3)
        ORDER BY c.created_at DESC, c.id DESC LIMIT $4
        """,
        post, after, limit, (NpgsqlDataReader row) =>
            new CommentView(row.GetGuid(1), post, Summary(row, 3), row.GetString(2), row.GetFieldValue<DateTimeOffset>(0)));

    /// <summary>A person's posts.</summary>
    public Task<Page<Guid>> ByAuthor(Guid author, Position? after, int limit) => ReadIds(
        """
        SELECT id FROM posts WHERE author_id = $1 AND deleted_at IS NULL AND id < $2 ORDER BY id DESC LIMIT $3
        """,
        new NpgsqlParameter<Guid> { TypedValue = author }, after, limit);

    /// <summary>The posts with a tag; none if it is no tag.</summary>
    public Task<Page<Guid>> ByTag(string tag, Position? after, int limit) => Marks.FoldTag(tag) is { } folded
        ? ReadIds(
            "SELECT post_id FROM post_tags WHERE tag = $1 AND post_id < $2 ORDER BY post_id DESC LIMIT $3",
            new NpgsqlParameter<string> { TypedValue = folded }, after, limit)
        : Task.FromResult(new Page<Guid>([], null));

    /// <summary>A person's collection, that which was put into it last first; deleted posts are in it too.</summary>
    public Task<Page<Guid>> SavedBy(Guid user, Position? after, int limit) => ReadPage(
        """
        SELECT created_at, post_id FROM saves
        WHERE user_id = $1 AND (created_at, post_id) < ($2, $3)
        ORDER BY created_at DESC, post_id DESC LIMIT $4
        """,
        user, after, limit, row => row.GetGuid(1));

    /// <summary>Which post the comment is on; null if there is no such comment, or not any more.</summary>
    public async Task<Guid?> PostOfComment(Guid comment)
    {
        await using var command = database.CreateCommand("SELECT post_id FROM comments WHERE id = $1 AND deleted_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = comment });
        return (Guid?)await command.ExecuteScalarAsync();
    }

    private static UserSummary Summary(NpgsqlDataReader row, int first) => new(
        row.GetGuid(first),
        row.GetString(first + 1),
        row.GetString(first + 2),
        row.IsDBNull(first + 3) ? null : row.GetString(first + 3));

    /// <summary>Reads one more than asked for, to know whether there is a next page. Columns 0 and 1 are the position.</summary>
    private async Task<Page<T>> ReadPage<T>(
        string sql, Guid of, Position? after, int limit, Func<NpgsqlDataReader, T> item)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = of });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = after?.At.UtcDateTime ?? EndOfTime });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.Id ?? Guid.AllBitsSet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync();
        var items = ImmutableArray.CreateBuilder<T>(limit);
        Position? last = null;
        while (await reader.ReadAsync())
        {
            if (items.Count == limit)
                return new(items.DrainToImmutable(), last);
            items.Add(item(reader));
            last = new(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
        }

        return new(items.DrainToImmutable(), null);
    }

    /// <summary>The same of a list whose order is that of the posts' ids.</summary>
    private async Task<Page<Guid>> ReadIds(string sql, NpgsqlParameter of, Position? after, int limit)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(of);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.Id ?? Guid.AllBitsSet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync();
        var ids = ImmutableArray.CreateBuilder<Guid>(limit);
        while (await reader.ReadAsync())
        {
            if (ids.Count == limit)
            {
                var last = ids[^1];
                return new(ids.DrainToImmutable(), new(Ids.TimeOf(last), last));
            }

            ids.Add(reader.GetGuid(0));
        }

        return new(ids.DrainToImmutable(), null);
    }
}
