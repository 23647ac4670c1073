using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.People;

/// <summary>Finds whom a person follows and who follows them, for the erasure of their account: some at a time.</summary>
/// <remarks>What it names is to be taken back through the grains, which count; then the next call names others.</remarks>
public sealed class FollowErasure(NpgsqlDataSource database)
{
    /// <summary>People whom the person follows.</summary>
    public Task<ImmutableArray<Guid>> FollowedBy(Guid user, int limit) =>
        Read("SELECT followee_id FROM follows WHERE follower_id = $1 LIMIT $2", user, limit);

    /// <summary>People who follow the person.</summary>
    public Task<ImmutableArray<Guid>> FollowersOf(Guid user, int limit) =>
        Read("SELECT follower_id FROM follows WHERE followee_id = $1 LIMIT $2", user, limit);

    private async Task<ImmutableArray<Guid>> Read(string sql, Guid user, int limit)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var found = ImmutableArray.CreateBuilder<Guid>();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));
        return found.DrainToImmutable();
    }
}
