using StyleShare.Backups;

namespace StyleShare.Silo;

/// <summary>Commands of operators, by the silo's own binary and with its settings: it serves nothing meanwhile.</summary>
internal static class OperatorCommand
{
    /// <summary>Whether the arguments are one.</summary>
    public static bool IsAskedFor(string[] args) => BackupCommands.IsAskedFor(args);

    /// <summary>Runs it; returns the exit code.</summary>
    public static async Task<int> Run(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine([.. args.Where((_, i) => i > 0)]);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        // What is asked for is on the standard output.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddStyleShare(builder.Configuration);
        using var host = builder.Build();
        using var cancelled = new CancellationTokenSource();
        ConsoleCancelEventHandler cancel = (_, pressed) =>
        {
            pressed.Cancel = true;
            cancelled.Cancel();
        };
        Console.CancelKeyPress += cancel;
        try
        {
            return await BackupCommands.Run(args, host.Services, Console.Out, cancelled.Token);
        }
        finally
        {
            Console.CancelKeyPress -= cancel;
        }
    }
}
