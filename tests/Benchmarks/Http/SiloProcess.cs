using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace StyleShare.Benchmarks.Http;

/// <summary>The silo as it is shipped, as a process of its own, measured from outside.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private SiloProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 }) { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>From the start of the process to its first answer that it is ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts a silo on a database and waits for its first answer.</summary>
    public static async Task<SiloProcess> Start(string assembly, string database)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [assembly, "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        start.Environment["ConnectionStrings__StyleShare"] = database;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["StyleShare__Bench__Enabled"] = "true";
        // wrk comes from one address, and its users are many.
        start.Environment["StyleShare__RateLimits__Enabled"] = "false";
        // Signing up is not what is measured, and the tokens are to last as long as that takes.
        start.Environment["StyleShare__Accounts__PasswordIterations"] = "1";
        start.Environment["StyleShare__Accounts__AccessTokenLifetime"] = "12:00:00";
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start) ?? throw new InvalidOperationException("the silo does not start");
        var silo = new SiloProcess(process, new Uri($"http://127.0.0.1:{port}"));
        while (!await silo.IsReady())
        {
            if (process.HasExited || clock.Elapsed > StartLimit)
                throw new InvalidOperationException($"the silo is not ready after {clock.Elapsed}");
            await Task.Delay(5);
        }
        silo.StartTime = clock.Elapsed;
        return silo;
    }

    /// <summary>Bytes of live objects, after a full collection.</summary>
    public async Task<long> LiveBytes() =>
        long.Parse(await Http.GetStringAsync("/bench/memory"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Memory of the process, as the machine sees it.</summary>
    public double ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Ends it as a power cut does.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }
        _process.Dispose();
    }

    private async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Http.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
