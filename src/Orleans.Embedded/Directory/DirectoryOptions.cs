namespace Orleans.Embedded;

/// <summary>Limits of the grain directory.</summary>
internal sealed class DirectoryOptions
{
    /// <summary>How long one question to an owner may take; 6 seconds: an owner that has just become it answers once it knows what there is.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long to try, over owners that die meanwhile; 15 seconds: those that hang are voted out by then, and callers still wait.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a new owner waits for silos that do not say what they hold; 5 seconds: those that were killed are out by then.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait after a failed question, unless the view changes before.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How those that wait for a view or a recovery go on; not on the thread that brings it, unless a test wants one thread only.</summary>
    public TaskCreationOptions Waiters { get; init; } = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Claims in one answer to a new owner; 20,000: about a megabyte.</summary>
    public int PageSize { get; init; } = 20_000;

    /// <summary>Grains whose place is remembered; 200,000: some 20 MB.</summary>
    public int CacheSize { get; init; } = 200_000;
}
