using System.Collections.Concurrent;

namespace StyleShare.Storage;

/// <summary>
/// Tells within the silo that it committed rows which somebody here waits for (<see cref="Statement.Signal"/>): the quickest
/// way from a commit to the work that follows. Other silos learn of them by <see cref="Listener"/> or by polling.
/// </summary>
public sealed class CommitSignals
{
    private readonly ConcurrentDictionary<string, Action[]> _subscribers = new();

    /// <summary>Has an action called after each group that a statement of this signal was in.</summary>
    /// <param name="signal">Which.</param>
    /// <param name="raised">Called on a committing lane, so it only sets something off; it must not throw.</param>
    public void Subscribe(string signal, Action raised) =>
        _subscribers.AddOrUpdate(signal, [raised], (_, others) => [.. others, raised]);

    internal void Raise(string signal)
    {
        if (!_subscribers.TryGetValue(signal, out var actions))
            return;
        foreach (var action in actions)
            action();
    }
}
