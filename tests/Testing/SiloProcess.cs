using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace StyleShare.Testing;

/// <summary>The silo's executable, as it is started in production; the test project refers to <c>silo/</c>.</summary>
public sealed class SiloProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private static readonly ConcurrentDictionary<string, bool> ObjectFolders = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly Task<string> _output;

    // Silos share a folder as they share a database, and may come back to it: it is kept as long as the tests run.
    static SiloProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var folder in ObjectFolders.Keys.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
    };

    private SiloProcess(Process process)
    {
        _process = process;
        Errors = process.StandardError.ReadToEndAsync();
        _output = ReadOutput();
    }

    /// <summary>Where it serves.</summary>
    public Uri Address => _address.Task is { IsCompletedSuccessfully: true, Result: var address }
        ? address
        : throw new InvalidOperationException("It does not listen yet.");

    /// <summary>The process' id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended, whoever wanted that.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it logged, once it has ended.</summary>
    public Task<string> Output => _output;

    /// <summary>What it wrote to the standard error, once it has ended.</summary>
    public Task<string> Errors { get; }

    /// <summary>Starts it; it may end at once.</summary>
    public static SiloProcess Run(string connectionString, int port, params string[] settings) =>
        Run(connectionString, port, [], settings);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<SiloProcess> Start(string connectionString, params string[] settings) => Start(connectionString, [], settings);

    private static SiloProcess Run(
        string connectionString, int port, IEnumerable<KeyValuePair<string, string>> environment, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StyleShare.Silo.dll"), .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (key, value) in PoolerServer.SettingsOf(connectionString))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        var objects = TestDatabase.ObjectFolderOf(connectionString);
        ObjectFolders.TryAdd(objects, true);
        start.Environment["StyleShare__Objects__Folder__Path"] = objects;
        start.Environment["URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        start.Environment["StyleShare__RateLimits__Enabled"] = "false";
        start.Environment["StyleShare__Backups__Enabled"] = "false";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new SiloProcess(Process.Start(start)!);
    }

    /// <summary>Starts it in an environment of its own, on top of the tests', and waits until it is ready.</summary>
    public static async Task<SiloProcess> Start(
        string connectionString, IEnumerable<KeyValuePair<string, string>> environment, string[] settings)
    {
        // It takes a free port itself, and says which: one that is looked up for it may be another's by then.
        var silo = Run(connectionString, 0, environment, [.. settings, "--Logging:Console:LogLevel:Microsoft.Hosting.Lifetime", "Information"]);
        try
        {
            await silo.Ready();
            return silo;
        }
        catch
        {
            silo.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Signal(15);

    /// <summary>Asks it to end at once, as Ctrl-C does (SIGINT).</summary>
    public void Interrupt() => Signal(2);

    /// <summary>Ends it as a power cut does (SIGKILL); returns when it is gone.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    /// <summary>Stops it where it is, as a machine that swaps or a debugger does (SIGSTOP).</summary>
    public void Freeze() => Signal(19);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Thaw() => Signal(18);

    /// <summary>Waits for its end; its exit code.</summary>
    public async Task<int> Ended()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task Ready()
    {
        using var limit = new CancellationTokenSource(Limit);
        if (await Task.WhenAny(_address.Task, _output).WaitAsync(limit.Token) == _output)
            Assert.Fail($"The silo ended: {await Errors} {await _output}");
        using var http = new HttpClient { BaseAddress = Address };
        while (!await IsReady(http, limit.Token))
            await Task.Delay(20, limit.Token);
    }

    private async Task<bool> IsReady(HttpClient http, CancellationToken cancellation)
    {
        if (_process.HasExited)
            Assert.Fail($"The silo ended: {await Errors} {await _output}");
        try
        {
            using var answer = await http.GetAsync("/health/ready", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    private async Task<string> ReadOutput()
    {
        const string Listening = "Now listening on: ";
        var lines = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.AppendLine(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
                _address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
        }

        return lines.ToString();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);
}
