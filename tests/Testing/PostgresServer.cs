using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace StyleShare.Testing;

/// <summary>A private PostgreSQL in a temporary folder, started by <c>silo/postgres</c>; it is gone when the tests are.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Names a server that is there already, as a connection string whose user may create databases.</summary>
    public const string Variable = "STYLESHARE_TEST_POSTGRES";

    private const string Prefix = "styleshare-test-";
    private static readonly ConcurrentDictionary<PostgresServer, bool> Running = new();
    private static readonly Lazy<Task<string>> SharedServer = new(StartSharedAsync);
    private static int Count;

    private readonly string _folder;
    private readonly string[] _settings;

    static PostgresServer() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var server in Running.Keys)
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    };

    private PostgresServer(string folder, string[] settings, string connectionString)
    {
        _folder = folder;
        _settings = settings;
        ConnectionString = connectionString;
    }

    /// <summary>The connection string of the server that all tests of this run share; started at the first use.</summary>
    public static Task<string> Shared => SharedServer.Value;

    /// <summary>Leads to the server's first database.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a server of its own, for a test that does things to it which others would notice.</summary>
    /// <param name="settings">Settings as <c>name=value</c>; without them data is synced to the disk as in production.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        RemoveLeftovers();
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref Count)}");
        var folder = Path.Combine(Path.GetTempPath(), name);
        var server = new PostgresServer(folder, settings, (await ScriptAsync(["start", folder, .. settings])).Trim());
        Running.TryAdd(server, true);
        return server;
    }

    /// <summary>Stops it in order, as an operator does; connections are closed, what is not committed is rolled back.</summary>
    public Task StopAsync() => ScriptAsync(["stop", _folder]);

    /// <summary>Starts it again, with the same settings.</summary>
    public async Task StartAgainAsync()
    {
        // After a kill, the last of the old processes must have ended: until then the server says no.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ScriptAsync(["start", _folder, .. _settings]);
                return;
            }
            catch (InvalidOperationException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    /// <summary>Ends the connections of an application, as an operator does; returns how many there were.</summary>
    public async Task<long> TerminateAsync(string application)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = application });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Kills the server's first process with SIGKILL, as a crash of the machine would; the others end with it.</summary>
    public async Task KillAsync()
    {
        var file = Path.Combine(_folder, "data", "postmaster.pid");
        using var process = Process.GetProcessById(
            int.Parse((await File.ReadAllLinesAsync(file))[0], CultureInfo.InvariantCulture));
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(this, out _))
            return;
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> StartSharedAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return given;
        // What these tests write need not survive the machine; tests about that start servers of their own.
        return (await StartAsync("fsync=off", "full_page_writes=off")).ConnectionString;
    }

    /// <summary>Servers of test runs that were killed.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var process = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (Directory.Exists($"/proc/{process}"))
                continue;
            try
            {
                ScriptAsync(["stop", folder]).GetAwaiter().GetResult();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // Another run is at it, or it belongs to another user.
            }
        }
    }

    private static async Task<string> ScriptAsync(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Folder, "silo", "postgres"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"silo/postgres {string.Join(' ', arguments)}: {await errors}");
    }
}
