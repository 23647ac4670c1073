namespace Orleans.Embedded;

/// <summary>Does something once a period until it is told to stop; a failure is logged, and it goes on.</summary>
internal static class PeriodicLoop
{
    public static async Task RunAsync(Silo silo, TimeSpan period, Action action, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, silo.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                Try(silo, action);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As told.
        }
    }

    private static void Try(Silo silo, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            silo.Log.LoopFailed(action.Method.Name, exception);
        }
    }
}
