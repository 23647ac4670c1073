using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StyleShare.Storage;
using Xunit;

namespace StyleShare.Testing;

/// <summary>A migrated database of its own, for a test class (as a fixture) or one test; dropped at the end.</summary>
/// <remarks>It is a copy of a template that the first test of a run makes, which takes a few milliseconds.</remarks>
public sealed class TestDatabase : IAsyncLifetime
{
    private const long TemplateLock = 0x5374_796C_6554_6573;
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);
    private NpgsqlDataSource? _source;
    private bool _goesWithServer;

    /// <summary>Leads to the database, as a silo gets it: through a pooler if the tests are run so (<see cref="PoolerServer"/>).</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Leads to the database itself.</summary>
    public string DirectConnectionString { get; private set; } = "";

    /// <summary>Where silos on this database keep objects; deleted with it.</summary>
    public string ObjectFolder => ObjectFolderOf(ConnectionString);

    /// <summary>For looking at what is stored.</summary>
    public NpgsqlDataSource Source => _source ??= NpgsqlDataSource.Create(DirectConnectionString);

    /// <summary>Creates the database; a test without a fixture calls it itself.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    /// <summary>The database of a server of a test's own, migrated; it goes with the server.</summary>
    public static async Task<TestDatabase> OnAsync(PostgresServer server)
    {
        var database = new TestDatabase
        {
            ConnectionString = server.ConnectionString,
            DirectConnectionString = server.ConnectionString,
            _goesWithServer = true,
        };
        await Migrator.RunAsync(database.Source, NullLogger.Instance, CancellationToken.None);
        return database;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var template = await Template.Value;
        var name = $"test_{Guid.NewGuid():n}";
        await ExecuteAsync(await PostgresServer.Shared, $"CREATE DATABASE {name} TEMPLATE {template}");
        DirectConnectionString = WithDatabase(await PostgresServer.Shared, name);
        ConnectionString = PoolerServer.IsAskedFor ? (await PoolerServer.Shared).Through(DirectConnectionString) : DirectConnectionString;
    }

    /// <summary>Executes a statement, to bring the data into a state that a test starts from.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        if (ConnectionString.Length > 0 && !_goesWithServer)
        {
            var name = new NpgsqlConnectionStringBuilder(ConnectionString).Database;
            await ExecuteAsync(await PostgresServer.Shared, $"DROP DATABASE {name} WITH (FORCE)");
        }

        if (ConnectionString.Length > 0 && Directory.Exists(ObjectFolder))
            Directory.Delete(ObjectFolder, recursive: true);
    }

    /// <summary>Where silos keep objects that are given this connection string, however they reach the server.</summary>
    public static string ObjectFolderOf(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        // Databases of a server of a test's own are all called the same.
        var name = database.Database!.StartsWith("test_", StringComparison.Ordinal)
            ? database.Database
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{database.Host} {database.Port}")))[..32];
        return Path.Combine(Path.GetTempPath(), "styleshare-objects-" + name);
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var server = await PostgresServer.Shared;
        var name = $"template_{Migrator.Fingerprint[..16]}";
        await using var source = NpgsqlDataSource.Create(Unpooled(server));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_lock({TemplateLock})"));
        await using var exists = new NpgsqlCommand($"SELECT count(*) FROM pg_database WHERE datname = '{name}'", connection);
        if (await exists.ExecuteScalarAsync() is 1L)
            return name;

        // Made under another name, so that one cut off half way is not taken for whole.
        await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {name}_new WITH (FORCE)");
        await ExecuteAsync(connection, $"CREATE DATABASE {name}_new");
        await using (var made = NpgsqlDataSource.Create(Unpooled(WithDatabase(server, $"{name}_new"))))
            await Migrator.RunAsync(made, NullLogger.Instance, CancellationToken.None);
        await ExecuteAsync(connection, $"ALTER DATABASE {name}_new RENAME TO {name}");
        return name;
    }

    private static string WithDatabase(string server, string name) =>
        new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    private static string Unpooled(string server) =>
        new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString;

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(server));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
