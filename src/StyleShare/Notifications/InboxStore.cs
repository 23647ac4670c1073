using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Notifications;

/// <summary>Reads what the inbox grain decides upon.</summary>
public sealed class InboxStore(NpgsqlDataSource database)
{
    // Clocks of silos differ: a line may have an id that is a little older than the act that it is for.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>The inbox of a person, and its version; null and 0 if nothing has come to it.</summary>
    public async Task<(Inbox? Inbox, long Version)> Load(Guid user, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT last_line, read_up_to, unread, position, version FROM inboxes WHERE user_id = $1");
        command.Parameters.Add(Uuid(user));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (new(user, reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3)), reader.GetInt64(4))
            : (null, 0);
    }

    /// <summary>What has to be known to decide on these notices, in one round trip.</summary>
    public async Task<KnownLines> Known(Inbox inbox, IReadOnlyCollection<Notice> notices)
    {
        var user = inbox.UserId;
        var wanted = LookUp.Of(inbox, notices);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Lines(user, wanted));
        batch.BatchCommands.Add(Members(user, wanted));
        batch.BatchCommands.Add(Welcome(user, wanted.Actors));
        await using var reader = await batch.ExecuteReaderAsync();
        var lines = new List<InboxLine>();
        while (await reader.ReadAsync())
            lines.Add(Line(reader));
        await reader.NextResultAsync();
        var members = new HashSet<(Guid, Guid)>();
        while (await reader.ReadAsync())
            members.Add((reader.GetGuid(0), reader.GetGuid(1)));
        await reader.NextResultAsync();
        var welcome = new HashSet<Guid>();
        while (await reader.ReadAsync())
            welcome.Add(reader.GetGuid(0));
        return new(lines, members, welcome);
    }

    /// <summary>How many lines behind this one have anybody in them; null if it is no line of the inbox.</summary>
    public async Task<long?> UnreadBehind(Guid user, Guid line)
    {
        await using var command = database.CreateCommand(
            """
            SELECT (SELECT count(*) FROM notifications WHERE user_id = $1 AND id > $2 AND count > 0)
            FROM notifications WHERE user_id = $1 AND id = $2
            """);
        command.Parameters.Add(Uuid(user));
        command.Parameters.Add(Uuid(line));
        return (long?)await command.ExecuteScalarAsync();
    }

    /// <summary>The line that has so many lines behind it; null if there are fewer.</summary>
    public async Task<Guid?> LineAt(Guid user, int behind)
    {
        await using var command = database.CreateCommand(
            "SELECT id FROM notifications WHERE user_id = $1 AND count > 0 ORDER BY id DESC OFFSET $2 LIMIT 1");
        command.Parameters.Add(Uuid(user));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = behind });
        return (Guid?)await command.ExecuteScalarAsync();
    }

    /// <summary>Some lines of the inbox, whatever is in them.</summary>
    public async Task<Guid[]> SomeLines(Guid user, int limit)
    {
        await using var command = database.CreateCommand("SELECT id FROM notifications WHERE user_id = $1 ORDER BY id LIMIT $2");
        command.Parameters.Add(Uuid(user));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<Guid>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetGuid(0));
        return [.. lines];
    }

    /// <summary>Which of these people may be told of to the person: they are here, the person is, and no block or mute is between.</summary>
    public async Task<HashSet<Guid>> Welcome(Guid user, Guid[] actors, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Welcome(user, actors));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var welcome = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            welcome.Add(reader.GetGuid(0));
        return welcome;
    }

    private const string Columns = "id, kind, post_id, comment_id, korean, english, count, created_at";

    // Thing by thing through one index (OFFSET keeps it so, and ids out of it): a plan for the many who have few lines would read
    // all lines of one who has many. What is for nothing here has an empty array and costs nothing.
    private const string Touched =
        $"""
        SELECT line.* FROM unnest($2::uuid[]) AS liked (post) CROSS JOIN LATERAL (
            SELECT {Columns} FROM notifications
            WHERE user_id = $1 AND kind = 1 AND post_id = liked.post AND comment_id IS NULL OFFSET 0) AS line
        WHERE line.id > $3
        UNION ALL
        SELECT {Columns} FROM notifications
        WHERE user_id = $1 AND kind = 4 AND post_id IS NULL AND id > $3 AND $4
        UNION ALL
        SELECT line.* FROM unnest($5::int[], $6::uuid[], $7::uuid[]) AS thing (of_kind, post, comment) CROSS JOIN LATERAL (
            SELECT {Columns} FROM notifications
            WHERE user_id = $1 AND kind = of_kind AND post_id = post AND comment_id IS NOT DISTINCT FROM comment OFFSET 0) AS line
        UNION ALL
        SELECT line.* FROM unnest($8::uuid[]) AS gone (post) CROSS JOIN unnest(ARRAY[1, 2, 3]) AS of (kind) CROSS JOIN LATERAL (
            SELECT {Columns} FROM notifications
            WHERE user_id = $1 AND kind = of.kind AND post_id = gone.post AND count > 0 OFFSET 0) AS line
        """;

    internal const string LinesSql = $"SELECT DISTINCT * FROM ({Touched}) AS touched ORDER BY id";

    internal const string MembersSql =
        $"""
        SELECT member.line_id, member.actor_id FROM (SELECT DISTINCT id FROM ({Touched}) AS touched) AS line
        CROSS JOIN LATERAL (
            SELECT line_id, actor_id FROM notification_actors WHERE line_id = line.id AND actor_id = ANY ($9) OFFSET 0) AS member
        """;

    private static NpgsqlBatchCommand Lines(Guid user, LookUp wanted)
    {
        var command = new NpgsqlBatchCommand(LinesSql);
        AddParameters(command, user, wanted);
        return command;
    }

    private static NpgsqlBatchCommand Members(Guid user, LookUp wanted)
    {
        var command = new NpgsqlBatchCommand(MembersSql);
        AddParameters(command, user, wanted);
        command.Parameters.Add(Uuids(wanted.Actors));
        return command;
    }

    private static NpgsqlBatchCommand Welcome(Guid user, Guid[] actors) => new(
        """
        SELECT actor.id FROM users AS actor
        WHERE actor.id = ANY ($2) AND actor.gone_at IS NULL
            AND EXISTS (SELECT FROM users WHERE id = $1 AND gone_at IS NULL)
            AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = actor.id)
            AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = actor.id AND blocked_id = $1)
            AND NOT EXISTS (SELECT FROM mutes WHERE muter_id = $1 AND muted_id = actor.id)
        """)
    {
        Parameters = { Uuid(user), Uuids(actors) },
    };

    private static void AddParameters(NpgsqlBatchCommand command, Guid user, LookUp wanted)
    {
        command.Parameters.Add(Uuid(user));
        command.Parameters.Add(Uuids(wanted.LikedPosts));
        command.Parameters.Add(Uuid(wanted.Behind));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = wanted.Follows });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. wanted.Things.Select(thing => (int)thing.Kind)] });
        command.Parameters.Add(Uuids([.. wanted.Things.Select(thing => thing.Post!.Value)]));
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = wanted.Things.Select(thing => thing.Comment).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(Uuids(wanted.GonePosts));
    }

    private static InboxLine Line(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new((NotificationKind)row.GetInt16(1), IdOrNull(row, 2), IdOrNull(row, 3)),
        row.GetInt64(6),
        row.GetFieldValue<DateTimeOffset>(7),
        row.IsDBNull(4) ? null : new(row.GetString(4), row.GetString(5)));

    private static Guid? IdOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private static NpgsqlParameter<Guid> Uuid(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<Guid[]> Uuids(Guid[] values) => new() { TypedValue = values };

    /// <summary>What to look up for a batch of notices.</summary>
    private sealed record LookUp(
        Guid[] LikedPosts, bool Follows, Guid Behind, ImmutableArray<Thing> Things, Guid[] GonePosts, Guid[] Actors)
    {
        public static LookUp Of(Inbox inbox, IReadOnlyCollection<Notice> notices)
        {
            var things = notices.Select(ThingOf).OfType<Thing>().Distinct().ToList();
            return new(
                [.. things.Where(thing => thing.Kind == NotificationKind.Like).Select(thing => thing.Post!.Value)],
                things.Any(thing => thing.Kind == NotificationKind.Follow),
                BehindWhich(inbox, notices),
                [.. things.Where(thing => thing is { IsGrouped: false, Post: not null })],
                [.. notices.OfType<Notice.PostGone>().Select(gone => gone.Post)],
                [.. notices.Select(ActorOf).OfType<Guid>().Distinct()]);
        }

        // Behind which id the lines are that acts may join or be taken back from: those of an hour, or the unread ones.
        private static Guid BehindWhich(Inbox inbox, IReadOnlyCollection<Notice> notices)
        {
            var behind = Guid.AllBitsSet;
            foreach (var notice in notices)
            {
                var needed = notice is Notice.Happened happened ? Ids.FloorOf(happened.At - InboxBatch.GroupedFor - ClockSkew) : inbox.ReadUpTo;
                if (needed.CompareTo(behind) < 0)
                    behind = needed;
            }

            return behind;
        }

        private static Thing? ThingOf(Notice notice) => notice switch
        {
            Notice.Happened { System: null } happened => happened.Thing,
            Notice.Undone undone => undone.Thing,
            _ => null,
        };

        private static Guid? ActorOf(Notice notice) => notice switch
        {
            Notice.Happened happened => happened.Actor,
            Notice.Undone undone => undone.Actor,
            _ => null,
        };
    }
}
