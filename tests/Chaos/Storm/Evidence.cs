using Npgsql;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>A row as a client would name it; without a subject if only its id is left.</summary>
internal sealed record Row(string Subject, string Id, string Value);

/// <summary>What is in the database at the end.</summary>
/// <param name="Rows">By kind, all that was made.</param>
/// <param name="Violations">What does not fit together, whatever clients were told.</param>
internal sealed record Evidence(IReadOnlyDictionary<string, Row[]> Rows, string[] Violations)
{
    /// <summary>Kinds of which an acknowledged one is there exactly once, and names itself by its subject: subject, id, value.</summary>
    private static readonly Dictionary<string, string> Made = new(StringComparer.Ordinal)
    {
        ["account"] = "SELECT handle, id::text, email FROM users",
        ["post"] = "SELECT caption, id::text, author_id::text FROM posts JOIN post_contents ON post_id = id",
        // The text of a deleted one is forgotten, so that it has its id alone.
        ["comment"] = "SELECT CASE WHEN deleted_at IS NULL THEN text ELSE '' END, id::text, format('%s %s', post_id, author_id) FROM comments",
        ["purchase"] = """
            SELECT reference, id::text, format('%s %s %s %s %s', merchant_id, user_id, amount, earned,
                (SELECT string_agg(format('%s:%s', part->>'userId', part->>'points'), ',' ORDER BY part->>'userId' COLLATE "C")
                    FROM jsonb_array_elements(distributed) AS part))
            FROM purchases
            """,
        ["refund"] = """
            SELECT format('%s %s', purchase_id, amount), id::text, coalesce(
                (SELECT string_agg(format('%s:%s', user_id, points), ',' ORDER BY user_id) FROM refund_parts WHERE refund_id = id), '')
            FROM refunds
            """,
        ["hold"] = """
            SELECT format('%s %s %s', user_id, merchant_id, points), id::text, ''
            FROM point_holds JOIN member_points USING (account_id)
            """,
        ["gift"] = "SELECT note, id::text, format('%s %s %s %s', merchant_id, from_user_id, to_user_id, points) FROM point_gifts",
    };

    /// <summary>Kinds that say one thing or the other, so that the last word counts: subject, nothing, value.</summary>
    private static readonly Dictionary<string, string> Settled = new(StringComparer.Ordinal)
    {
        ["like"] = "SELECT format('%s %s', post_id, user_id), '', 'on' FROM likes",
        ["follow"] = "SELECT format('%s %s', follower_id, followee_id), '', 'on' FROM follows",
        ["comment-deletion"] = "SELECT id::text, '', 'on' FROM comments WHERE deleted_at IS NOT NULL",
        ["hold-end"] = "SELECT id::text, '', concat_ws(' ', state, captured_points) FROM point_holds WHERE state <> 'held'",
        ["photo"] = "SELECT id::text, '', CASE state WHEN 2 THEN 'ready' ELSE 'state ' || state END FROM photos WHERE state > 0",
    };

    /// <summary>What a subject says of which the database has no row, and what it may come to say by itself.</summary>
    private static readonly Dictionary<string, string[]> Untouched = new(StringComparer.Ordinal)
    {
        ["hold-end"] = ["off", "expired"],
    };

    private static readonly string[] Contradictions =
    [
        "SELECT 'likes counted wrong', id::text FROM posts WHERE likes <> (SELECT count(*) FROM likes WHERE post_id = id)",
        """
        SELECT 'comments counted wrong', id::text FROM posts
        WHERE comments <> (SELECT count(*) FROM comments c WHERE c.post_id = posts.id AND c.deleted_at IS NULL)
        """,
        "SELECT 'followers counted wrong', id::text FROM users WHERE followers <> (SELECT count(*) FROM follows WHERE followee_id = id)",
        """
        SELECT 'comment told wrong', format('%s has %s lines', c.id, count(n.id)) FROM comments c JOIN posts p ON p.id = c.post_id
            LEFT JOIN notifications n ON n.comment_id = c.id AND n.user_id = p.author_id AND n.count > 0
        WHERE c.author_id <> p.author_id GROUP BY c.id, c.deleted_at
        HAVING count(n.id) <> CASE WHEN c.deleted_at IS NULL THEN 1 ELSE 0 END
        """,
        "SELECT 'photo not finished', id::text FROM photos WHERE state = 1",
        "SELECT 'dead letter', format('%s %s: %s', kind, key, error) FROM dead_letters",
        "SELECT 'ledger: ' || problem, format('%s: %s', subject, detail) FROM ledger_audit",
        "SELECT 'holds: ' || problem, format('%s: %s', subject, detail) FROM audit_holds",
        "SELECT 'purchases: ' || problem, format('%s: %s', subject, detail) FROM audit_purchases",
    ];

    /// <summary>
    /// What has still to be done at once: events, jobs that are due, run or have failed, reminders, holds. A job that failed more
    /// than once may wait for minutes; with this it does not.
    /// </summary>
    public const string Left = """
        WITH hurried AS (UPDATE jobs SET due_at = now() WHERE worker IS NULL AND tries > 0 AND due_at > now())
        SELECT coalesce(string_agg(what, '; '), '') FROM (
            SELECT format('event for %s %s of %s', stream_namespace, stream_key, created_at) FROM outbox
            WHERE not_before IS NULL OR not_before < now()
            UNION ALL SELECT format('job %s %s, tried %s times, due %s, at %s: %s', kind, id, tries, due_at, worker, errors) FROM jobs
            WHERE due_at < now() OR worker IS NOT NULL OR tries > 0
            UNION ALL SELECT format('hold %s until %s; its job: %s', id, expires_at,
                (SELECT format('%s tries, due %s', j.tries, j.due_at) FROM jobs j WHERE j.kind = 'expire-hold' AND j.payload->>'holdId' = h.id::text))
            FROM point_holds h WHERE state = 'held'
            UNION ALL SELECT format('reminder %s %s due %s', GrainId, ReminderName, NextTick) FROM OrleansRemindersTable WHERE NextTick < now()
        ) AS things (what)
        """;

    /// <summary>Whether there can be one row only of a subject, and it must be there once it was acknowledged.</summary>
    public static bool IsMade(string kind) => Made.ContainsKey(kind);

    /// <summary>Whether a subject of the kind says what the last one said who changed it.</summary>
    public static bool IsSettled(string kind) => Settled.ContainsKey(kind);

    /// <summary>What a subject of the kind may say that nobody changed.</summary>
    public static string[] WhenUntouched(string kind) => Untouched.GetValueOrDefault(kind) ?? ["off"];

    /// <summary>Reads all of it, as of one moment.</summary>
    public static async Task<Evidence> Read(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var rows = new Dictionary<string, Row[]>(StringComparer.Ordinal);
        foreach (var (kind, sql) in Made.Concat(Settled))
            rows[kind] = await Query(connection, sql, row => new Row(row.GetString(0), row.GetString(1), row.GetString(2)));
        var violations = new List<string>();
        foreach (var sql in Contradictions)
            violations.AddRange(await Query(connection, sql, row => $"{row.GetString(0)}: {row.GetString(1)}"));
        return new(rows, [.. violations]);
    }

    private static async Task<T[]> Query<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return [.. rows];
    }
}
