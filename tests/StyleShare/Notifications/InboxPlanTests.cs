using Npgsql;
using StyleShare.Notifications;
using StyleShare.Testing;

namespace StyleShare.Tests.Notifications;

/// <summary>What an event costs an inbox does not grow with what is in it, nor with what is in others.</summary>
public sealed class InboxPlanTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InboxStore.LinesSql)]
    [InlineData(InboxStore.MembersSql)]
    public async Task An_inbox_with_many_lines_is_not_gone_through(string sql)
    {
        // One has many, and most have few: that is what a plan for anybody is made for.
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO notifications (user_id, id, kind, post_id, comment_id, count, changed, created_at)
            SELECT CASE WHEN n % 2 = 0 THEN gen_random_uuid() ELSE '00000000-0000-0000-0000-000000000001' END, gen_random_uuid(),
                1 + n % 3, gen_random_uuid(), CASE WHEN n % 3 = 1 THEN gen_random_uuid() END, 1, n, now()
            FROM generate_series(1, 40000) AS n;
            INSERT INTO notification_actors (line_id, actor_id, at) SELECT id, gen_random_uuid(), now() FROM notifications
            """);
        await database.ExecuteAsync("VACUUM ANALYZE notifications, notification_actors");
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await Execute(connection, "SET plan_cache_mode = force_generic_plan");
        await Execute(connection, $"PREPARE planned AS {sql}");
        var members = sql.Contains("$9", StringComparison.Ordinal) ? ", ARRAY[gen_random_uuid()]" : "";
        const string uuid = "gen_random_uuid()";
        var pages = await Pages(
            connection,
            $"EXPLAIN (ANALYZE, BUFFERS) EXECUTE planned ('00000000-0000-0000-0000-000000000001', ARRAY[{uuid}], {uuid}, true, " +
            $"ARRAY[2], ARRAY[{uuid}], ARRAY[{uuid}], ARRAY[{uuid}]{members})");
        Assert.InRange(pages, 1, 60);
    }

    private static async Task<int> Pages(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var plan = await command.ReadPlanAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(plan);
        return Plans.PagesOf(plan);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
