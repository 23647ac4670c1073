using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace StyleShare.Testing;

/// <summary>A real PgBouncer before a test's PostgreSQL, started by <c>tests/Testing/pooler-server</c>; it is gone when the tests
/// are, also when they are killed.</summary>
public sealed class PoolerServer : IAsyncDisposable
{
    /// <summary>With the value <c>transaction</c>, every test database is reached through a pooler of transactions.</summary>
    public const string Variable = "STYLESHARE_TEST_POOLER";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<int, PoolerServer> Running = new();
    private static readonly Lazy<Task<PoolerServer>> SharedServer = new(async () => await StartAsync(await PostgresServer.Shared, connections: 8));

    private readonly Process _process;
    private readonly NpgsqlConnectionStringBuilder _server;

    static PoolerServer() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var server in Running.Values)
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    };

    private PoolerServer(Process process, int port, NpgsqlConnectionStringBuilder server) => (_process, Port, _server) = (process, port, server);

    /// <summary>Whether tests are to go through a pooler.</summary>
    public static bool IsAskedFor => Environment.GetEnvironmentVariable(Variable) == "transaction";

    /// <summary>The pooler that all tests of this run share; started at the first use.</summary>
    public static Task<PoolerServer> Shared => SharedServer.Value;

    /// <summary>Where it listens, on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="server">Leads to the server; any of its databases can be reached.</param>
    /// <param name="connections">How many connections of the server it lends for each database.</param>
    public static async Task<PoolerServer> StartAsync(string server, int connections)
    {
        var at = new NpgsqlConnectionStringBuilder(server);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryStartAsync(at, connections);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Another one may have taken the port in between.
            }
        }
    }

    /// <summary>The way to a database through the pooler.</summary>
    public string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = Port,
        Password = null,
        // As a pooler of transactions wants it of everybody who does not know of it.
        NoResetOnClose = true,
    }.ConnectionString;

    /// <summary>The settings of a silo with this connection string, which may lead through a pooler of these tests.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> SettingsOf(string connectionString)
    {
        yield return new("ConnectionStrings:StyleShare", connectionString);
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        if (at.Host != "127.0.0.1" || !Running.TryGetValue(at.Port, out var pooler))
            yield break;
        yield return new("ConnectionStrings:StyleShareDirect", pooler.Around(connectionString));
        yield return new("StyleShare:Storage:Pooler", "Transaction");
    }

    /// <summary>The way to the same database without the pooler.</summary>
    public string Around(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = _server.Host,
        Port = _server.Port,
        Password = _server.Password,
        NoResetOnClose = false,
    }.ConnectionString;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(Port, out _))
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
    }

    private static async Task<PoolerServer> TryStartAsync(NpgsqlConnectionStringBuilder server, int connections)
    {
        var port = FreePort();
        var folder = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"styleshare-pooler-{Guid.NewGuid():n}"));
        var start = new ProcessStartInfo(
            Path.Combine(Checkout.Folder, "tests", "Testing", "pooler-server"),
            [
                folder, Text(port), server.Host!, Text(server.Port), Text(connections), server.Username!,
                server.Password ?? "",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        if (await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is not "ready")
        {
            using (process)
                throw new InvalidOperationException($"The pooler does not start: {await errors}");
        }

        return Running[port] = new PoolerServer(process, port, server);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
