using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace StyleShare.Testing;

/// <summary>A real S3 server on loopback (radosgw, with its objects in memory), started by <c>tests/Testing/object-server</c>;
/// it is gone when the tests are, also when they are killed.</summary>
public sealed class ObjectServer : IAsyncDisposable
{
    private const string Prefix = "styleshare-objects-server-";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly ConcurrentDictionary<ObjectServer, bool> Running = new();
    private static readonly Lazy<Task<ObjectServer>> SharedServer = new(StartAsync);
    private static int Count;

    private readonly Process _process;
    private readonly int _port;
    private readonly SemaphoreSlim _commands = new(1);

    static ObjectServer() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var server in Running.Keys)
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    };

    private ObjectServer(Process process, int port) => (_process, _port) = (process, port);

    /// <summary>The server that all tests of this run share; started at the first use. Nobody stops it.</summary>
    public static Task<ObjectServer> Shared => SharedServer.Value;

    /// <summary>Where it serves.</summary>
    public Uri Endpoint => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>Starts one of its own, for a test that stops it.</summary>
    public static async Task<ObjectServer> StartAsync()
    {
        RemoveLeftovers();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryStartAsync();
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Another one may have taken a port in between.
            }
        }
    }

    /// <summary>Makes a bucket, and gives the settings with which a silo keeps its objects there.</summary>
    /// <param name="settings">Others beside them, without <c>StyleShare:Objects:S3:</c> in front.</param>
    public async Task<Dictionary<string, string?>> BucketAsync(params (string Name, string Value)[] settings)
    {
        var bucket = $"test-{Guid.NewGuid():n}";
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("tests", "the-secret-of-tests"),
            new AmazonS3Config { ServiceURL = Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1", UseHttp = true });
        await client.PutBucketAsync(bucket).WaitAsync(Limit);
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["StyleShare:Objects:Store"] = "s3",
            ["StyleShare:Objects:S3:Endpoint"] = Endpoint.ToString(),
            ["StyleShare:Objects:S3:Bucket"] = bucket,
            ["StyleShare:Objects:S3:AccessKey"] = "tests",
            ["StyleShare:Objects:S3:SecretKey"] = "the-secret-of-tests",
            ["StyleShare:Objects:S3:PublicAcl"] = "true",
        };
        foreach (var (name, value) in settings)
            all["StyleShare:Objects:S3:" + name] = value;
        return all;
    }

    /// <summary>Ends the gateway as a crash does: connections are refused from now on.</summary>
    public Task StopAsync() => CommandAsync("stop", "stopped");

    /// <summary>Starts it again, with the objects that it had.</summary>
    public Task StartAgainAsync() => CommandAsync("start", "started");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(this, out _))
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        _commands.Dispose();
    }

    private static async Task<ObjectServer> TryStartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref Count)}"));
        var (monitor, port) = FreePorts();
        var start = new ProcessStartInfo(
            Path.Combine(Checkout.Folder, "tests", "Testing", "object-server"),
            [folder, monitor.ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture)])
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
                throw new InvalidOperationException($"The object server does not start: {await errors}");
        }

        var server = new ObjectServer(process, port);
        Running.TryAdd(server, true);
        return server;
    }

    private async Task CommandAsync(string command, string answer)
    {
        await _commands.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) != answer)
                throw new InvalidOperationException($"The object server did not {command}.");
        }
        finally
        {
            _commands.Release();
        }
    }

    private static (int Monitor, int Port) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    // Folders of test runs whose script was killed, too; its processes went with it.
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (Directory.Exists("/proc/" + Path.GetFileName(folder)[Prefix.Length..].Split('-')[0]))
                continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run is at it, or it belongs to another user.
            }
        }
    }
}
