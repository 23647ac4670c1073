namespace Orleans.Internal;

/// <summary>How long to wait before the next try.</summary>
public interface IBackoffProvider
{
    /// <summary>How long to wait after so many failed tries.</summary>
    TimeSpan Next(int attempt);
}

/// <summary>Always as long.</summary>
public class FixedBackoff : IBackoffProvider
{
    private readonly TimeSpan _delay;

    /// <summary>So long.</summary>
    public FixedBackoff(TimeSpan delay) => _delay = delay;

    /// <inheritdoc/>
    public TimeSpan Next(int attempt) => _delay;
}
