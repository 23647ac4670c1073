using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StyleShare.Imaging.Workers;

/// <summary>A worker process, seen from the silo; one caller at a time.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int MaxErrors = 4096;

    // Nothing else of the environment: what decodes strangers' files is not told the silo's secrets.
    private static readonly string[] Kept =
        ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "DOTNET_BUNDLE_EXTRACT_BASE_DIR"];

    // A small runtime that starts fast: one heap, no compiler in the background, no diagnostics socket, no culture data; and
    // one pool of native memory, which two threads share without contention.
    private static readonly (string Name, string? Value)[] Runtime =
    [
        ("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_GCHeapHardLimit", "0x6000000"), ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableDiagnostics", "0"), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), ("DOTNET_EnableWriteXorExecute", "0"),
        ("DOTNET_DefaultStackSize", "0x100000"), ("MALLOC_ARENA_MAX", "2"),
    ];

    private readonly Process _process;
    private readonly Stream _input, _output;
    private readonly StringBuilder _errors = new();

    private WorkerProcess(Process process)
    {
        (_process, Id) = (process, process.Id);
        _input = process.StandardInput.BaseStream;
        _output = process.StandardOutput.BaseStream;
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Whether it was ended by somebody else.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>How many pictures it has answered for.</summary>
    public int Pictures { get; private set; }

    /// <summary>Since when it has nothing to do, as the clock counts ticks.</summary>
    public long FreeSince { get; set; }

    /// <summary>Whether the kernel keeps its memory within the limit.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>The version of its libvips.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Starts one, and waits until it is ready.</summary>
    /// <exception cref="ImageWorkerFailed">It does not start.</exception>
    public static async Task<WorkerProcess> Start(IReadOnlyList<string> command, long memory, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), memory.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var kept = Kept.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept.Concat(Runtime))
        {
            if (value is not null)
                start.Environment[name] = value;
        }

        WorkerProcess worker;
        try
        {
            worker = new WorkerProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ImageWorkerFailed($"No image worker can be started: {e.Message}", isUnavailable: true, inner: e);
        }

        try
        {
            await worker.BecomeReady(cancellation);
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Renders a picture.</summary>
    /// <param name="original">The file.</param>
    /// <param name="settings">What to go by.</param>
    /// <param name="percent">Told how far it is.</param>
    /// <param name="cancellation">Ends the worker.</param>
    /// <exception cref="ImageWorkerFailed">It came to no answer, and is of no use any more.</exception>
    public async Task<RenderResult> Render(
        ReadOnlyMemory<byte> original, RenderSettings settings, IProgress<int>? percent, CancellationToken cancellation)
    {
        // Reading and writing pipes cannot be cancelled in between; they end when the other end does.
        using var end = cancellation.Register(Kill);
        try
        {
            await _input.WriteAsync(WorkerFrames.Request(settings, original.Length), CancellationToken.None);
            await _input.WriteAsync(original, CancellationToken.None);
            await _input.FlushAsync(CancellationToken.None);
            while (true)
            {
                var (answer, payload) = await WorkerFrames.Read(_output);
                switch (answer)
                {
                    case WorkerAnswer.Progress when payload is [<= 100]:
                        percent?.Report(payload[0]);
                        continue;
                    case WorkerAnswer.Rendered:
                        Pictures++;
                        return WorkerFrames.Rendered(payload);
                    case WorkerAnswer.Rejected:
                        Pictures++;
                        return new RenderResult.Rejected(WorkerFrames.Rejected(payload));
                    case WorkerAnswer.OutOfMemory:
                        throw new ImageWorkerFailed("The picture needs more memory than an image worker may have.", isLimit: true);
                    default:
                        throw new InvalidDataException("A worker's answer makes no sense.");
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            throw await Failed(e);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or is disposed of.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task BecomeReady(CancellationToken cancellation)
    {
        using var end = cancellation.Register(Kill);
        try
        {
            var (answer, payload) = await WorkerFrames.Read(_output);
            if (answer == WorkerAnswer.Unavailable)
                throw new ImageWorkerFailed(Encoding.UTF8.GetString(payload), isUnavailable: true);
            if (answer != WorkerAnswer.Ready || payload.Length == 0)
                throw new InvalidDataException("A worker's answer makes no sense.");
            (IsLimited, Version) = (payload[0] == 1, Encoding.UTF8.GetString(payload.AsSpan(1)));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw await Failed(e, isUnavailable: true);
        }
    }

    private async Task<ImageWorkerFailed> Failed(Exception inner, bool isUnavailable = false)
    {
        Kill();
        // The kernel ends it without delay, so that the exit code and its last words are there soon.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new ImageWorkerFailed("An image worker does not end.", isUnavailable: isUnavailable, inner: inner);
        }

        string words;
        lock (_errors)
            words = _errors.ToString().Trim();
        // GLib, C++ and .NET end a process that gets no memory, and say so ("failed to allocate", "bad_alloc", "Out of memory").
        var isLimit = words.Contains("memory", StringComparison.OrdinalIgnoreCase) || words.Contains("alloc", StringComparison.OrdinalIgnoreCase);
        return new ImageWorkerFailed(
            string.Create(CultureInfo.InvariantCulture, $"An image worker ended with exit code {_process.ExitCode}: {inner.Message} {words}"),
            isLimit, isUnavailable, inner);
    }

    private void Remember(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length + line.Length < MaxErrors)
                _errors.AppendLine(line);
        }
    }
}
