namespace Orleans.Diagnostics;

/// <summary>The names of the sources of traces, for those who listen.</summary>
public static class ActivitySources
{
    /// <summary>Calls of the application's grains.</summary>
    public const string ApplicationGrainActivitySourceName = "Microsoft.Orleans.Application";

    /// <summary>Calls of the runtime's own.</summary>
    public const string RuntimeActivitySourceName = "Microsoft.Orleans.Runtime";
}
