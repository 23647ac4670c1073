using StyleShare.Storage;

namespace StyleShare.Shares.Connections;

/// <summary>A row of the table of connections.</summary>
/// <param name="TokenId">Names this token among those that come and go.</param>
internal sealed record ConnectionRow(
    Guid UserId, ShareChannel Channel, string Label, byte[] Sealed, Guid TokenId, DateTimeOffset ConnectedAt, DateTimeOffset? RevokedAt);

/// <summary>A token that is refused.</summary>
internal readonly record struct RevokedToken(Guid UserId, ShareChannel Channel, Guid TokenId, DateTimeOffset At);

/// <summary>The table of connections.</summary>
internal static class ConnectionTable
{
    private static readonly Statement<ConnectionRow> PutRow = new(
        "connections_put",
        """
        INSERT INTO connections (user_id, channel, label, sealed, token_id, connected_at, revoked_at)
        SELECT user_id, channel, label, sealed, token_id, connected_at, NULL FROM rows
        ON CONFLICT (user_id, channel) DO UPDATE SET label = excluded.label, sealed = excluded.sealed,
            token_id = excluded.token_id, connected_at = excluded.connected_at, revoked_at = NULL
        """,
        Expect.EveryRow,
        Column.Uuid<ConnectionRow>("user_id", row => row.UserId),
        Column.Integer<ConnectionRow>("channel", row => (int)row.Channel),
        Column.Text<ConnectionRow>("label", row => row.Label),
        Column.Bytea<ConnectionRow>("sealed", row => row.Sealed),
        Column.Uuid<ConnectionRow>("token_id", row => row.TokenId),
        Column.Timestamptz<ConnectionRow>("connected_at", row => row.ConnectedAt));

    private static readonly Statement<(Guid User, ShareChannel Channel)> DropRow = new(
        "connections_drop",
        "DELETE FROM connections USING rows WHERE connections.user_id = rows.user_id AND connections.channel = rows.channel",
        Expect.Any,
        Column.Uuid<(Guid User, ShareChannel Channel)>("user_id", row => row.User),
        Column.Integer<(Guid User, ShareChannel Channel)>("channel", row => (int)row.Channel));

    private static readonly Statement<Guid> DropAll = new(
        "connections_erase",
        "DELETE FROM connections USING rows WHERE connections.user_id = rows.user_id",
        Expect.Any,
        Column.Uuid<Guid>("user_id", user => user));

    private static readonly Statement<RevokedToken> MarkRevoked = new(
        "connections_revoke",
        """
        UPDATE connections SET revoked_at = rows.revoked_at, sealed = ''
        FROM rows WHERE connections.user_id = rows.user_id AND connections.channel = rows.channel
            AND connections.token_id = rows.token_id AND connections.revoked_at IS NULL
        """,
        Expect.EveryRow,
        Column.Uuid<RevokedToken>("user_id", row => row.UserId),
        Column.Integer<RevokedToken>("channel", row => (int)row.Channel),
        Column.Uuid<RevokedToken>("token_id", row => row.TokenId),
        Column.Timestamptz<RevokedToken>("revoked_at", row => row.At));

    /// <summary>Writes a connection, in place of one of before.</summary>
    public static void Put(Change change, ConnectionRow row) => change.Add(PutRow, row);

    /// <summary>Deletes a connection.</summary>
    public static void Drop(Change change, Guid user, ShareChannel channel) => change.Add(DropRow, (user, channel));

    /// <summary>Deletes all of a person.</summary>
    public static void Erase(Change change, Guid user) => change.Add(DropAll, user);

    /// <summary>Marks a connection as refused and forgets its token; the change is stale if it is another one by now.</summary>
    public static void Revoke(Change change, RevokedToken token) => change.Add(MarkRevoked, token);
}
