using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Accounts;

/// <summary>The sessions that were revoked while access tokens of theirs may still be about; asked on every request.</summary>
/// <remarks>
/// This silo's own come at once, the others' with the next poll of <see cref="AccountUpkeep"/>. While the database is away
/// the others' are not seen; the tokens' short life bounds that.
/// </remarks>
public sealed class RevokedSessions(NpgsqlDataSource database, TimeProvider clock, IOptions<AccountOptions> options)
{
    // Rows get the time of their insertion, and are seen when they are committed: so much later at the most.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _revoked = new();
    private readonly AccountOptions _options = options.Value;
    private DateTimeOffset _seen = DateTimeOffset.MinValue;

    /// <summary>Whether the session was revoked.</summary>
    public bool Contains(Guid sessionId) => _revoked.ContainsKey(sessionId);

    /// <summary>How many are remembered.</summary>
    public int Count => _revoked.Count;

    /// <summary>Says that a session's end was committed.</summary>
    public void Add(Guid sessionId) => _revoked.TryAdd(sessionId, clock.GetUtcNow());

    /// <summary>Reads what other silos revoked since the last time.</summary>
    public async Task PollAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT session_id, revoked_at FROM revoked_sessions WHERE revoked_at > $1");
        var since = _seen == DateTimeOffset.MinValue ? _seen : _seen - Overlap;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var now = clock.GetUtcNow();
        while (await reader.ReadAsync(ct))
        {
            _revoked.TryAdd(reader.GetGuid(0), now);
            var at = reader.GetFieldValue<DateTimeOffset>(1);
            if (at > _seen)
                _seen = at;
        }
    }

    /// <summary>Forgets those whose last access token has expired, here and in the database.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        var kept = _options.AccessTokenLifetime + (2 * _options.ClockSkew) + Overlap;
        var before = clock.GetUtcNow() - kept;
        foreach (var (session, since) in _revoked)
        {
            if (since < before)
                _revoked.TryRemove(session, out _);
        }

        // By the database's clock, which stamped them.
        await using var command = database.CreateCommand("DELETE FROM revoked_sessions WHERE revoked_at < clock_timestamp() - $1");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = kept });
        await command.ExecuteNonQueryAsync(ct);
    }
}
