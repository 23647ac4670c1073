using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.People;

/// <summary>Lists of people, read from the database.</summary>
public sealed class PeopleQueries(NpgsqlDataSource database)
{
    // Newest first: the first page starts behind a place that nothing is at.
    private static readonly Position Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    /// <summary>Who follows a person, the newest first; people who are gone are left out.</summary>
    public Task<Page<UserSummary>> Followers(Guid user, Position? before, int limit, CancellationToken ct = default) => Read(
        """
        SELECT users.id, users.handle, users.display_name, users.avatar, follows.created_at
        FROM follows JOIN users ON users.id = follows.follower_id
        WHERE follows.followee_id = $1 AND (follows.created_at, follows.follower_id) < ($2, $3) AND users.gone_at IS NULL
        ORDER BY follows.created_at DESC, follows.follower_id DESC
        LIMIT $4
        """,
        user,
        before,
        limit,
        ct);

    /// <summary>Whom a person follows, the newest first; people who are gone are left out.</summary>
    public Task<Page<UserSummary>> Following(Guid user, Position? before, int limit, CancellationToken ct = default) => Read(
        """
        SELECT users.id, users.handle, users.display_name, users.avatar, follows.created_at
        FROM follows JOIN users ON users.id = follows.followee_id
        WHERE follows.follower_id = $1 AND (follows.created_at, follows.followee_id) < ($2, $3) AND users.gone_at IS NULL
        ORDER BY follows.created_at DESC, follows.followee_id DESC
        LIMIT $4
        """,
        user,
        before,
        limit,
        ct);

    private async Task<Page<UserSummary>> Read(string sql, Guid user, Position? before, int limit, CancellationToken ct)
    {
        var (at, id) = before ?? Start;
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(ct);

        var items = ImmutableArray.CreateBuilder<UserSummary>();
        Position? last = null;
        while (await reader.ReadAsync(ct))
        {
            if (items.Count == limit)
                return new(items.DrainToImmutable(), last);
            items.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
            last = new(reader.GetFieldValue<DateTimeOffset>(4), items[^1].Id);
        }

        return new(items.DrainToImmutable(), null);
    }
}
