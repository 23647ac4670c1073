using System.Diagnostics;

namespace StyleShare.Chaos.Tests;

/// <summary>Waits for what must come to pass.</summary>
internal static class Eventually
{
    /// <summary>Asks until the answer is the one, and fails with the last one when patience ends.</summary>
    public static async Task Is<T>(T wanted, Func<Task<T>> ask)
    {
        var waited = Stopwatch.StartNew();
        var last = await ask();
        while (!EqualityComparer<T>.Default.Equals(last, wanted) && waited.Elapsed < Clients.Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            last = await ask();
        }

        Assert.Equal(wanted, last);
    }
}
