using Microsoft.Extensions.Hosting;

namespace StyleShare;

/// <summary>Those who wait for news of one grain. All calls come from its turns.</summary>
internal sealed class Watchers(TimeProvider clock, SiloStop stop)
{
    private TaskCompletionSource? _news;

    /// <summary>Waits until there is news, the time is over, or the silo stops.</summary>
    public async Task Wait(TimeSpan atMost)
    {
        _news ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _news.Task.WaitAsync(atMost, clock, stop.Token);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // No news.
        }
    }

    /// <summary>Wakes all.</summary>
    public void Wake()
    {
        _news?.SetResult();
        _news = null;
    }
}

/// <summary>Tells that the silo begins to stop, so that nobody waits for news that come no more.</summary>
internal sealed class SiloStop(IHostApplicationLifetime lifetime)
{
    /// <summary>Cancelled when the stop begins.</summary>
    public CancellationToken Token => lifetime.ApplicationStopping;
}
