using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StyleShare.Api.Tests.Scripts;

/// <summary>A copy of the checkout's scripts in a temporary folder, with the silo as it was built: what they do stays there.</summary>
public sealed class Script : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("styleshare-run-").FullName;

    public Script()
    {
        string[] links =
        [
            "run", "test", "global.json", "silo/postgres", "silo/install-missing", "silo/many",
            "docker/roll", "docker/nginx/balance", "docker/nginx/nginx.conf",
        ];
        Directory.CreateDirectory(Path.Combine(_folder, "silo/bin/Release"));
        Directory.CreateDirectory(Path.Combine(_folder, "docker/nginx"));
        Directory.CreateDirectory(Path.Combine(_folder, ".data"));
        foreach (var link in links)
            File.Copy(Path.Combine(Checkout.Folder, link), Path.Combine(_folder, link));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "silo/bin/Release/net10.0"), AppContext.BaseDirectory);
        foreach (var source in (string[])["api", "src"])
            Directory.CreateDirectory(Path.Combine(_folder, source));
        foreach (var file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Engine.props", ".editorconfig"])
            File.Copy(Path.Combine(Checkout.Folder, file), Path.Combine(_folder, file));
        // Newer than all of the above: there is nothing to be built.
        File.WriteAllText(Path.Combine(_folder, ".data/built-silo"), "");
    }

    /// <summary>Where the copy is.</summary>
    public string Folder => _folder;

    public string Data => Path.Combine(_folder, ".data/postgres");

    /// <summary>Whether a PostgreSQL runs on the folder.</summary>
    public bool PostgresRuns => File.Exists(Path.Combine(Data, "data/postmaster.pid"));

    /// <summary>A port that nobody listens on, below those that the kernel gives to outgoing connections.</summary>
    public static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 20_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; there are others.
            }
        }
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<(int ExitCode, string Output)> Run(string name, params string[] arguments)
    {
        using var running = Start(name, arguments);
        return await running.End();
    }

    /// <summary>Starts a script.</summary>
    public Running Start(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, name), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ConnectionStrings__StyleShare");
        start.Environment["StyleShare__RateLimits__Enabled"] = "false";
        return new Running(Process.Start(start)!);
    }

    public void Dispose()
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "silo/postgres"), ["stop", Data, "1"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using (var stop = Process.Start(start)!)
            stop.WaitForExit(Limit);
        File.Delete(Path.Combine(_folder, "silo/bin/Release/net10.0"));
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A script that goes on, and what it says.</summary>
    public sealed class Running : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _output = new();
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Running(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, line) => Heard(line.Data);
            process.ErrorDataReceived += (_, line) => Heard(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        /// <summary>What it has said so far.</summary>
        public string Output()
        {
            lock (_output)
                return _output.ToString();
        }

        /// <summary>Waits until the service is up.</summary>
        public async Task Ready()
        {
            var ended = _process.WaitForExitAsync();
            await Task.WhenAny(_ready.Task, ended).WaitAsync(Limit);
            Assert.True(_ready.Task.IsCompleted, Output());
        }

        public Task Signal(string signal) => Kill(signal, _process.Id);

        /// <summary>Sends a signal to the silo that the script started.</summary>
        public async Task SignalSilo(string signal)
        {
            var children = await File.ReadAllTextAsync($"/proc/{_process.Id}/task/{_process.Id}/children");
            var silo = children.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
                .Single(id => File.ReadAllText($"/proc/{id}/cmdline").Contains("StyleShare.Silo", StringComparison.Ordinal));
            await Kill(signal, silo);
        }

        public async Task<(int ExitCode, string Output)> End()
        {
            using var limit = new CancellationTokenSource(Limit);
            await _process.WaitForExitAsync(limit.Token);
            return (_process.ExitCode, Output());
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        private static async Task Kill(string signal, int process)
        {
            using var kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        private void Heard(string? line)
        {
            lock (_output)
                _output.AppendLine(line);
            if (line == "Ctrl-C stops it.")
                _ready.TrySetResult();
        }

    }
}
