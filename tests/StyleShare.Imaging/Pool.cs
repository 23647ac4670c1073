using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StyleShare.Imaging.Workers;

namespace StyleShare.Imaging.Tests;

/// <summary>A pool whose workers are this very program; they end with it.</summary>
internal sealed class Pool : IDisposable
{
    private Pool(ImagingOptions options) =>
        Workers = new ImageWorkers(Options.Create(options), TimeProvider.System, NullLogger<ImageWorkers>.Instance);

    /// <summary>The program that is a worker.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "StyleShare.Imaging.Tests");

    public ImageWorkers Workers { get; }

    public static Pool Create(Action<ImagingOptions>? change = null, params string[] command)
    {
        // Times are those of a machine on which much else runs.
        var options = new ImagingOptions { Workers = 1, TimeLimit = TimeSpan.FromMinutes(2), StartLimit = TimeSpan.FromMinutes(2) };
        foreach (var part in command.Length > 0 ? command : [Program, ImageWorker.Argument])
            options.WorkerCommand.Add(part);
        change?.Invoke(options);
        return new Pool(options);
    }

    /// <summary>The worker processes that live.</summary>
    public IReadOnlyList<int> Processes() => Workers.Processes;

    /// <summary>What the kernel says of a process, in kB; nothing once it is gone.</summary>
    public static long? Memory(int process, string what)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(what + ":", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits until a process is gone, or is no more than what its parent has not asked about yet.</summary>
    public static Task Gone(int process) => Until(() => Memory(process, "VmRSS") is null, $"Process {process} goes on.");

    /// <summary>Waits until this process has noticed that its child is gone.</summary>
    public static Task Noticed(int process) => Until(() => !Directory.Exists($"/proc/{process}"), $"Nobody asks about process {process}.");

    /// <summary>Waits until a condition holds.</summary>
    public static async Task Until(Func<bool> holds, string otherwise)
    {
        var limit = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(1), otherwise);
            await Task.Delay(10);
        }
    }

    public void Dispose() => Workers.Dispose();
}
