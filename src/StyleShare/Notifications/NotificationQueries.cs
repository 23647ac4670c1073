using System.Collections.Immutable;
using Npgsql;
using StyleShare.People;

namespace StyleShare.Notifications;

/// <summary>A line as its owner sees it.</summary>
/// <param name="Changed">The inbox's position at which it became what it is.</param>
/// <param name="Read">Whether it is read.</param>
/// <param name="Actors">Who did it, the newest first, up to <see cref="NotificationQueries.ShownActors"/>.</param>
/// <param name="Quote">The comment or caption that it is about; null if there is none.</param>
public sealed record ShownLine(
    InboxLine Line, long Changed, bool Read, ImmutableArray<UserSummary> Actors, string? Quote)
{
    /// <summary>Its id.</summary>
    public Guid Id => Line.Id;

    /// <summary>Whether there is anything to see: somebody is in it, and what it is about is there.</summary>
    public bool IsThere { get; init; }

    /// <summary>What it says.</summary>
    public string Text(string locale) => NotificationText.Write(
        new(Line.Thing.Kind, [.. Actors.Select(actor => actor.DisplayName)], Line.Count, Line.Thing.Comment is not null, Quote, Line.System),
        locale);
}

/// <summary>Reads inboxes for people.</summary>
public sealed class NotificationQueries(NpgsqlDataSource database)
{
    /// <summary>How many people of a line are named.</summary>
    public const int ShownActors = 3;

    // Whoever is gone, or wants nothing to do with the person any more (or they with them), is not shown.
    private const string Lines =
        """
        SELECT line.id, line.kind, line.post_id, line.comment_id, line.korean, line.english, line.count, line.created_at,
            line.changed, line.id <= inboxes.read_up_to AS read, actors.ids, actors.handles, actors.names, actors.avatars,
            comments.text, post_contents.caption
        FROM notifications AS line
        JOIN inboxes ON inboxes.user_id = line.user_id
        LEFT JOIN comments ON comments.id = line.comment_id AND comments.deleted_at IS NULL
        LEFT JOIN post_contents ON post_contents.post_id = line.post_id AND line.comment_id IS NULL AND line.kind = 3
        CROSS JOIN LATERAL (
            SELECT array_agg(id) AS ids, array_agg(handle) AS handles, array_agg(display_name) AS names,
                array_agg(coalesce(avatar, '')) AS avatars
            FROM (
                SELECT users.id, users.handle, users.display_name, users.avatar
                FROM notification_actors AS actor JOIN users ON users.id = actor.actor_id
                WHERE actor.line_id = line.id AND users.gone_at IS NULL
                    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = line.user_id AND blocked_id = users.id)
                    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = users.id AND blocked_id = line.user_id)
                ORDER BY actor.at DESC, actor.actor_id DESC LIMIT 3) AS newest) AS actors
        """;

    /// <summary>An inbox, newest first. Lines that there is nothing of to see are among them, and are to be left out.</summary>
    public async Task<Page<ShownLine>> List(Guid user, Position? after, int limit, CancellationToken ct)
    {
        var lines = await Read(
            $"{Lines} WHERE line.user_id = $1 AND line.id < $2 AND line.count > 0 ORDER BY line.id DESC LIMIT $3",
            [Uuid(user), Uuid(after?.Id ?? Guid.AllBitsSet), Number(limit + 1)],
            ct);
        if (lines.Length <= limit)
            return new(lines, null);
        var last = lines[limit - 1].Id;
        return new(lines.RemoveAt(limit), new(Ids.TimeOf(last), last));
    }

    /// <summary>A line; null if there is nothing of it to see (any more).</summary>
    public async Task<ShownLine?> Find(Guid user, Guid line, CancellationToken ct) =>
        await Read($"{Lines} WHERE line.user_id = $1 AND line.id = $2", [Uuid(user), Uuid(line)], ct) is [{ IsThere: true } found]
            ? found
            : null;

    /// <summary>Lines that changed, in the order in which they did; those that are gone too.</summary>
    /// <param name="since">Behind which position.</param>
    /// <param name="sinceLine">Behind which line of that position.</param>
    /// <param name="upTo">Up to which position.</param>
    public Task<ImmutableArray<ShownLine>> Changed(
        Guid user, long since, Guid sinceLine, long upTo, int limit, CancellationToken ct) => Read(
        $"""
        {Lines} WHERE line.user_id = $1 AND (line.changed, line.id) > ($2, $3) AND line.changed <= $4
        ORDER BY line.changed, line.id LIMIT $5
        """,
        [Uuid(user), Long(since), Uuid(sinceLine), Long(upTo), Number(limit)],
        ct);

    /// <summary>Unread lines that there is something of to see, oldest first; for mails that sum them up.</summary>
    /// <param name="behind">Only lines behind this one; the empty id for all.</param>
    /// <param name="kinds">Only lines of these kinds.</param>
    public async Task<ImmutableArray<ShownLine>> Unread(
        Guid user, Guid behind, IEnumerable<NotificationKind> kinds, int limit, CancellationToken ct)
    {
        var lines = await Read(
            $"""
            {Lines} WHERE line.user_id = $1 AND line.id > $2 AND line.id > inboxes.read_up_to AND line.count > 0
                AND line.kind = ANY ($3)
            ORDER BY line.id LIMIT $4
            """,
            [Uuid(user), Uuid(behind), new NpgsqlParameter<int[]> { TypedValue = [.. kinds.Select(kind => (int)kind)] }, Number(limit)],
            ct);
        return [.. lines.Where(line => line.IsThere)];
    }

    private async Task<ImmutableArray<ShownLine>> Read(string sql, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = ImmutableArray.CreateBuilder<ShownLine>();
        while (await reader.ReadAsync(ct))
            lines.Add(Line(reader));
        return lines.DrainToImmutable();
    }

    private static ShownLine Line(NpgsqlDataReader row)
    {
        var thing = new Thing((NotificationKind)row.GetInt16(1), IdOrNull(row, 2), IdOrNull(row, 3));
        var system = TextOrNull(row, 4) is { } korean ? new SystemText(korean, row.GetString(5)) : null;
        var line = new InboxLine(row.GetGuid(0), thing, row.GetInt64(6), row.GetFieldValue<DateTimeOffset>(7), system);
        var actors = thing.Kind == NotificationKind.System ? [] : Actors(row);
        var comment = TextOrNull(row, 14);
        return new(line, row.GetInt64(8), row.GetBoolean(9), actors, comment ?? TextOrNull(row, 15))
        {
            IsThere = line.Count > 0 && (actors.Length > 0 || system is not null) && (thing.Comment is null || comment is not null),
        };
    }

    private static ImmutableArray<UserSummary> Actors(NpgsqlDataReader row)
    {
        if (row.IsDBNull(10))
            return [];
        var (ids, handles, names, avatars) = (
            row.GetFieldValue<Guid[]>(10), row.GetFieldValue<string[]>(11), row.GetFieldValue<string[]>(12), row.GetFieldValue<string[]>(13));
        return [.. ids.Select((id, i) => new UserSummary(id, handles[i], names[i], avatars[i].Length == 0 ? null : avatars[i]))];
    }

    private static Guid? IdOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter<Guid> Uuid(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<int> Number(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };
}
