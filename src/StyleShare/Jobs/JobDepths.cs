using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Npgsql;

namespace StyleShare.Jobs;

/// <summary>How many jobs wait, by kind. Counts entries of indexes, not rows; a million take some tenths of a second.</summary>
internal sealed class JobDepths(NpgsqlDataSource database, IEnumerable<JobRoute> routes, IOptions<JobOptions> options) : IQueueDepths
{
    private const string Sql =
        """
        WITH known AS (SELECT unnest($2) AS kind),
        waiting AS (
            SELECT kind, count(*) AS waiting, count(*) FILTER (WHERE due_at <= now()) AS due, min(due_at) AS first
            FROM jobs WHERE worker IS NULL GROUP BY kind),
        running AS (SELECT kind, count(*) AS running FROM jobs WHERE worker IS NOT NULL GROUP BY kind),
        rates AS (
            SELECT key AS kind, sum(value::float8) AS rate FROM job_workers CROSS JOIN LATERAL jsonb_each_text(rates)
            WHERE seen_at > now() - $1 GROUP BY key)
        SELECT kind, coalesce(waiting, 0), coalesce(due, 0), coalesce(running, 0),
            greatest(coalesce(now() - first, '0'), '0'), coalesce(rate, 0)
        FROM known FULL JOIN waiting USING (kind) FULL JOIN running USING (kind) FULL JOIN rates USING (kind)
        ORDER BY kind
        """;

    // Kinds that no silo of this version knows wait for one that does: more silos would not help them.
    private const string OldestSql =
        """
        SELECT coalesce(max(now() - first.due_at), '0') FROM unnest($1) AS known (kind) CROSS JOIN LATERAL (
            SELECT due_at FROM jobs WHERE jobs.kind = known.kind AND worker IS NULL AND due_at <= now() ORDER BY due_at, id LIMIT 1) AS first
        """;

    public string Type => "jobs";

    public async Task<ImmutableArray<QueueDepth>> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.DeadAfter });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. routes.Select(route => route.Kind.Name)] });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var depths = ImmutableArray.CreateBuilder<QueueDepth>();
        while (await reader.ReadAsync(cancellation))
        {
            depths.Add(new QueueDepth(
                Type,
                reader.GetString(0),
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetTimeSpan(4),
                reader.GetDouble(5)));
        }

        return depths.DrainToImmutable();
    }

    public async Task<TimeSpan> OldestDue(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(OldestSql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. routes.Select(route => route.Kind.Name)] });
        return (TimeSpan)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
