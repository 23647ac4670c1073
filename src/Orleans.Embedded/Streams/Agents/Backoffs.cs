using Orleans.Runtime.Providers;

namespace Orleans.Embedded;

/// <summary>Twice as long after each failure, up to a limit; half of it is random, so that those who failed together part.</summary>
internal sealed class ExponentialBackoff(TimeSpan first, TimeSpan longest) : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    public TimeSpan Next(int attempt)
    {
        var delay = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(delay * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
