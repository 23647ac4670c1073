using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Posts;

/// <summary>Finds what a person left on posts, for the erasure of their account: some at a time, until there is nothing.</summary>
/// <remarks>What it names is to be taken back through the posts' grains, which count; then the next call names others.</remarks>
public sealed class PostErasure(NpgsqlDataSource database)
{
    /// <summary>Posts that the person likes, deleted ones too.</summary>
    public Task<ImmutableArray<Guid>> LikedBy(Guid user, int limit) =>
        Read("SELECT post_id FROM likes WHERE user_id = $1 LIMIT $2", user, limit, row => row.GetGuid(0));

    /// <summary>Posts that the person has in their collection, deleted ones too.</summary>
    public Task<ImmutableArray<Guid>> SavedBy(Guid user, int limit) =>
        Read("SELECT post_id FROM saves WHERE user_id = $1 LIMIT $2", user, limit, row => row.GetGuid(0));

    /// <summary>Comments of the person, and the posts that they are on.</summary>
    public Task<ImmutableArray<(Guid Comment, Guid Post)>> CommentsBy(Guid user, int limit) => Read(
        "SELECT id, post_id FROM comments WHERE author_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT $2",
        user, limit, row => (row.GetGuid(0), row.GetGuid(1)));

    /// <summary>Posts of the person that are not deleted.</summary>
    public Task<ImmutableArray<Guid>> PostsBy(Guid user, int limit) => Read(
        "SELECT id FROM posts WHERE author_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT $2",
        user, limit, row => row.GetGuid(0));

    private async Task<ImmutableArray<T>> Read<T>(string sql, Guid user, int limit, Func<NpgsqlDataReader, T> item)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var found = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync())
            found.Add(item(reader));
        return found.DrainToImmutable();
    }
}
