using Npgsql;

namespace StyleShare.Accounts;

/// <summary>A thing that a person did, and on what.</summary>
internal readonly record struct Trace(Guid On, Guid Id);

/// <summary>Finds what a person has left behind, some at a time; each by an index that starts with the person.</summary>
internal sealed class ErasureQueries(NpgsqlDataSource database)
{
    public Task<List<Trace>> Posts(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT id, id FROM posts WHERE author_id = $1 AND deleted_at IS NULL LIMIT $2", user, limit, ct);

    public Task<List<Trace>> Comments(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT post_id, id FROM comments WHERE author_id = $1 AND deleted_at IS NULL LIMIT $2", user, limit, ct);

    public Task<List<Trace>> Likes(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT post_id, post_id FROM likes WHERE user_id = $1 LIMIT $2", user, limit, ct);

    public Task<List<Trace>> Saves(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT post_id, post_id FROM saves WHERE user_id = $1 LIMIT $2", user, limit, ct);

    public Task<List<Trace>> Followed(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT followee_id, followee_id FROM follows WHERE follower_id = $1 LIMIT $2", user, limit, ct);

    public Task<List<Trace>> Followers(Guid user, int limit, CancellationToken ct) =>
        Read("SELECT follower_id, follower_id FROM follows WHERE followee_id = $1 LIMIT $2", user, limit, ct);

    private async Task<List<Trace>> Read(string sql, Guid user, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var traces = new List<Trace>();
        while (await reader.ReadAsync(ct))
            traces.Add(new Trace(reader.GetGuid(0), reader.GetGuid(1)));
        return traces;
    }
}
