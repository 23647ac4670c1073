using System.Diagnostics;
using System.Globalization;

namespace StyleShare.Api.Tests.Scripts;

/// <summary><c>docker/nginx/balance</c> and its nginx, in a temporary folder.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _folder;
    private readonly Process _process;

    private Balancer(string folder, Process process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Limit };
    }

    /// <summary>Where nginx listens.</summary>
    public int Port { get; }

    /// <summary>A client of it.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it before servers at these addresses; returns when nginx answers.</summary>
    public static async Task<Balancer> Start(params IEnumerable<string> addresses)
    {
        var folder = Directory.CreateTempSubdirectory("styleshare-nginx-").FullName;
        await File.WriteAllLinesAsync(Path.Combine(folder, "list"), addresses);
        for (var tries = 1; ; tries++)
        {
            // Somebody may take the port between the look and the start: then there is another one.
            var port = Script.FreePort();
            var start = new ProcessStartInfo(
                Path.Combine(Checkout.Folder, "docker/nginx/balance"),
                [Path.Combine(folder, "nginx"), port.ToString(CultureInfo.InvariantCulture), Path.Combine(folder, "list")]);
            var balancer = new Balancer(folder, Process.Start(start)!, port);
            if (await balancer.Answers())
                return balancer;
            Assert.True(tries < 3, "nginx does not start; see above.");
        }
    }

    /// <summary>The addresses that it found ready.</summary>
    public IEnumerable<string> Ready() =>
        File.Exists(Path.Combine(_folder, "nginx/ready"))
            ? File.ReadAllLines(Path.Combine(_folder, "nginx/ready")).Where(line => line.Length > 0)
            : [];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using (var kill = Process.Start("kill", ["-s", "TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> Answers()
    {
        var waited = Stopwatch.StartNew();
        while (!_process.HasExited)
        {
            Assert.True(waited.Elapsed < Limit, "nginx does not answer.");
            try
            {
                using var answer = await Http.GetAsync("/health/ready");
                if (File.Exists(Path.Combine(_folder, "nginx/ready")))
                    return true;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(20);
        }

        return false;
    }
}
