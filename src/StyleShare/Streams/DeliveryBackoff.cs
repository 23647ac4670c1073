using Orleans.Runtime.Providers;

namespace StyleShare.Streams;

/// <summary>The pauses between tries of an event: doubling, with jitter, so that streams that failed together do not come back together.</summary>
internal sealed class DeliveryBackoff(StreamOptions options) : IMessageDeliveryBackoffProvider
{
    public TimeSpan Next(int attempt)
    {
        var pause = options.FirstPause * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        pause = pause < options.LongestPause ? pause : options.LongestPause;
        return pause * (0.75 + Random.Shared.NextDouble() / 2);
    }
}
