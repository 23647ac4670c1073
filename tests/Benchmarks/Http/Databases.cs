using Npgsql;

namespace StyleShare.Benchmarks.Http;

/// <summary>Databases that a benchmark makes on the server it is given, and drops.</summary>
/// <param name="server">The server's connection string.</param>
internal sealed class Databases(string server)
{
    private readonly HashSet<string> _made = [];

    /// <summary>The connection string of one of them.</summary>
    public string this[string name] => new NpgsqlConnectionStringBuilder(server) { Database = "styleshare_bench_" + name }.ConnectionString;

    /// <summary>Makes it anew.</summary>
    public async Task Recreate(string name)
    {
        await Drop(name);
        _made.Add(name);
        await Execute(server, "CREATE DATABASE styleshare_bench_" + name);
    }

    /// <summary>Drops all that were made.</summary>
    public async Task DropAll()
    {
        foreach (var name in _made)
            await Drop(name);
    }

    /// <summary>Executes a script, which may take long.</summary>
    public static async Task Execute(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private Task Drop(string name) => Execute(server, $"DROP DATABASE IF EXISTS styleshare_bench_{name} WITH (FORCE)");
}
