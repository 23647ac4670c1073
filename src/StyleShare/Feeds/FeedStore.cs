using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Feeds;

/// <summary>Reads feeds from the database.</summary>
public sealed class FeedStore
{
    // Reads posts_by_author once for each author; the planner cannot know how long the arrays are, nor needs to.
    private const string Sql = """
        SELECT post.id, post.author_id
        FROM unnest($1::uuid[], $2::uuid[]) AS author (id, before)
        CROSS JOIN LATERAL (
            SELECT id, author_id FROM posts
            WHERE author_id = author.id AND deleted_at IS NULL AND id < author.before
            ORDER BY id DESC LIMIT $3) AS post
        """;

    private readonly NpgsqlDataSource _database;
    private readonly ReadPosts _read;

    /// <summary>Creates the store.</summary>
    public FeedStore(NpgsqlDataSource database)
    {
        _database = database;
        _read = Read;
    }

    /// <summary>The newest posts of these authors, newest first.</summary>
    /// <param name="before">Only those older than this one; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public Task<ImmutableArray<FeedEntry>> Newest(IReadOnlyCollection<Guid> authors, Guid? before, int limit) =>
        NewestOfMany.Read(_read, authors, before ?? NewestOfMany.End, limit);

    private async Task<IReadOnlyList<FeedEntry>> Read(Guid[] authors, Guid[] befores, int each)
    {
        await using var command = _database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = authors });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = befores });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = each });
        await using var reader = await command.ExecuteReaderAsync();
        var posts = new List<FeedEntry>();
        while (await reader.ReadAsync())
            posts.Add(new(reader.GetGuid(0), reader.GetGuid(1)));
        return posts;
    }
}
