using System.Threading.Tasks.Sources;

namespace StyleShare.Storage;

/// <summary>Changes that wait for a lane: first in, first out, bounded in changes and in rows.</summary>
internal sealed class CommitQueue(StorageOptions options)
{
    private readonly Lock _lock = new();
    private readonly Stack<Turnstile> _idle = new();
    private PendingCommit? _head;
    private PendingCommit? _tail;
    private int _changes;
    private int _rows;
    private bool _closed;

    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Puts a change at the end; false if there is no room. An idle lane is woken at once.</summary>
    public bool TryAdd(PendingCommit commit)
    {
        Turnstile? woken;
        lock (_lock)
        {
            var rows = commit.Change.Rows;
            if (_closed || _changes >= options.MaxQueuedChanges || (_changes > 0 && _rows + rows > options.MaxQueuedRows))
                return false;
            if (_tail is null)
                _head = commit;
            else
                _tail.Next = commit;
            _tail = commit;
            _changes++;
            _rows += rows;
            _idle.TryPop(out woken);
        }

        woken?.Open();
        return true;
    }

    /// <summary>Waits until something is there; false when the queue is closed and empty.</summary>
    public async ValueTask<bool> WaitAsync(Turnstile turnstile)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_head is not null)
                    return true;
                if (_closed)
                    return false;
                turnstile.Close();
                _idle.Push(turnstile);
            }

            await turnstile.Opened;
        }
    }

    /// <summary>Takes all that waits, up to the limits of a group.</summary>
    public void Take(List<PendingCommit> group)
    {
        lock (_lock)
        {
            var rows = 0;
            while (_head is { } commit && group.Count < options.MaxGroupChanges)
            {
                if (group.Count > 0 && rows + commit.Change.Rows > options.MaxGroupRows)
                    break;
                Remove(commit);
                if (!commit.TryTake())
                    continue;
                rows += commit.Change.Rows;
                group.Add(commit);
            }
        }
    }

    /// <summary>Takes what has waited since before the given moment, and all when closing for good.</summary>
    public List<PendingCommit> TakeOlderThan(long timestamp)
    {
        List<PendingCommit> old = [];
        lock (_lock)
        {
            while (_head is { } commit && commit.QueuedAt <= timestamp)
            {
                Remove(commit);
                if (commit.TryTake())
                    old.Add(commit);
            }
        }

        return old;
    }

    /// <summary>Takes in nothing more; lanes end when it is empty.</summary>
    public void Close()
    {
        Turnstile[] waiting;
        lock (_lock)
        {
            _closed = true;
            waiting = [.. _idle];
            _idle.Clear();
        }

        foreach (var turnstile in waiting)
            turnstile.Open();
    }

    private void Remove(PendingCommit commit)
    {
        _head = commit.Next;
        commit.Next = null;
        if (_head is null)
            _tail = null;
        _changes--;
        _rows -= commit.Change.Rows;
    }
}

/// <summary>Where one idle lane waits, without an allocation each time.</summary>
internal sealed class Turnstile : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask Opened => new(this, _core.Version);

    public void Close() => _core.Reset();

    public void Open() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
