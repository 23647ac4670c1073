using System.Reflection;

namespace StyleShare.Imaging.Workers;

/// <summary>Finds the program that is a worker.</summary>
internal static class WorkerCommand
{
    private const string Silo = "StyleShare.Silo";

    /// <summary>What the options say; else the silo's binary, which is this process' or lies beside it.</summary>
    /// <exception cref="ImageWorkerFailed">There is none.</exception>
    public static IReadOnlyList<string> Of(ImagingOptions options)
    {
        if (options.WorkerCommand.Count > 0)
            return [.. options.WorkerCommand];
        var isSilo = Assembly.GetEntryAssembly()?.GetName().Name == Silo;
        // Started as a program of its own, perhaps as a single file; by "dotnet StyleShare.Silo.dll" otherwise.
        if (isSilo && Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) != "dotnet")
            return [program, ImageWorker.Argument];
        var library = Path.Combine(AppContext.BaseDirectory, Silo + ".dll");
        if (!File.Exists(library))
            throw new ImageWorkerFailed($"There is no {library} to start image workers with; set {ImagingOptions.Section}:WorkerCommand.", isUnavailable: true);
        return [isSilo ? Environment.ProcessPath! : "dotnet", library, ImageWorker.Argument];
    }
}
