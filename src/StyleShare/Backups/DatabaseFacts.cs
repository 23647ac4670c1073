using System.Collections.Immutable;
using Npgsql;

namespace StyleShare.Backups;

/// <summary>What is asked of a database to know that another one is the same.</summary>
internal static class DatabaseFacts
{
    /// <summary>
    /// Tables whose rows are not in a backup: they are about processes that run, and a silo on the restored database must not
    /// look for those, nor take their word for its own.
    /// </summary>
    public static readonly ImmutableArray<string> WithoutRows =
        ["commit_groups", "job_workers", "orleansmembershiptable", "orleansmembershipversiontable", "silos", "stream_readers"];

    private const string TablesSql =
        """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.relname <> ALL ($1)
        ORDER BY 1
        """;

    private const string AnythingSql =
        """
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1 LIMIT 1
        """;

    /// <summary>How many rows each table has.</summary>
    public static async Task<ImmutableSortedDictionary<string, long>> Rows(
        NpgsqlConnection connection, TimeSpan limit, CancellationToken cancellation)
    {
        List<string> tables = [];
        await using (var command = new NpgsqlCommand(TablesSql, connection) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. WithoutRows] } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
                tables.Add(reader.GetString(0));
        }

        var rows = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection) { CommandTimeout = (int)limit.TotalSeconds };
            rows.Add(table, (long)(await count.ExecuteScalarAsync(cancellation))!);
        }

        return rows.ToImmutable();
    }

    /// <summary>The number of the last migration that was applied; 0 for none.</summary>
    public static async Task<int> Schema(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM schema_migrations", connection);
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Something that is in the database; null if it is empty.</summary>
    public static async Task<string?> Anything(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(AnythingSql, connection);
        return await command.ExecuteScalarAsync(cancellation) as string;
    }
}
