namespace StyleShare.Storage;

/// <summary>How much of a set a grain keeps in memory; every number bounds the memory of one activation.</summary>
public sealed record KnownMembersLimits
{
    /// <summary>The limits that grains use.</summary>
    public static KnownMembersLimits Default { get; } = new();

    /// <summary>How many members are read with the activation: a set that is not larger is known as a whole (4 KB).</summary>
    public int Loaded { get; init; } = 256;

    /// <summary>How far a set that is known as a whole may grow and stay so; most sets never come here.</summary>
    public int Complete { get; init; } = 1_024;

    /// <summary>How many answers are kept of a set that is not known as a whole; then all are forgotten and asked anew.</summary>
    public int Cached { get; init; } = 4_096;

    /// <summary>How many ids one query asks for: more make the query slower than two of them.</summary>
    public int Batch { get; init; } = 1_000;

    /// <summary>How many ids may wait for their query; more mean that the database does not keep up.</summary>
    public int Waiting { get; init; } = 50_000;
}

/// <summary>Answers "is X a member" for a set that is too large for memory, such as who likes a post.</summary>
/// <remarks>
/// A small set is known as a whole. Of a larger one, answers are remembered, and those that are not known are asked of the
/// database: all that wait go in one query. The grain that owns the set is its only writer, so what is known stays true.
/// What is being committed is kept apart: readers see what is committed, and of two changes of one member the second starts
/// when the first is done. Not thread-safe: it belongs to one activation and runs in its context.
/// </remarks>
public sealed class KnownMembers
{
    // What a rush has made larger than this is given back when it is over.
    private const int KeptCapacity = 64;

    private readonly Func<Guid[], Task<IReadOnlyCollection<Guid>>> _query;
    private readonly Func<Task> _confirm;
    private readonly KnownMembersLimits _limits;
    private readonly Queue<Inquiry> _inquiries = new(0);
    private Dictionary<Guid, bool>? _known;
    private Dictionary<Guid, PendingChange>? _changes;
    private Dictionary<Guid, Inquiry>? _inquiryOf;
    private Inquiry? _asked;
    private Inquiry? _collecting;
    private int _waiting;
    private bool _complete;

    /// <summary>Creates the set, of which nothing is known yet.</summary>
    /// <param name="query">Asks the database which of these ids are members.</param>
    /// <param name="confirm">
    /// Ends when what is known is sure to be what is stored: <see cref="CommittedState{TState, TFact}.Confirm"/>. Asked before
    /// one is told that a change is made which is known to be. Null where no second activation can be.
    /// </param>
    /// <param name="limits">Bounds of the memory used.</param>
    public KnownMembers(
        Func<Guid[], Task<IReadOnlyCollection<Guid>>> query, Func<Task>? confirm = null, KnownMembersLimits? limits = null)
    {
        _query = query;
        _confirm = confirm ?? (static () => Task.CompletedTask);
        _limits = limits ?? KnownMembersLimits.Default;
    }

    /// <summary>Whether the set is known as a whole, so that nothing is asked of the database.</summary>
    public bool IsComplete => _complete;

    /// <summary>Starts with what was read at activation.</summary>
    /// <param name="members">The whole set, or one more than <see cref="KnownMembersLimits.Loaded"/> of a larger one.</param>
    public void Load(ReadOnlySpan<Guid> members)
    {
        _complete = members.Length <= _limits.Loaded;
        _known = members.IsEmpty ? null : new(members.Length);
        foreach (var member in members)
            _known![member] = true;
    }

    /// <summary>Whether this is a member, as committed; null if that must be asked with <see cref="Find"/>.</summary>
    public bool? IsMember(Guid id)
    {
        if (_known is not null && _known.TryGetValue(id, out var member))
            return member;
        return _complete ? false : null;
    }

    /// <summary>Whether this is a member, as committed. Ends at once where that is known.</summary>
    /// <exception cref="Refusal"><c>overloaded</c>: too many wait for the database.</exception>
    public ValueTask<bool> Find(Guid id) => IsMember(id) is { } known ? new(known) : new(Ask(id));

    /// <summary>Makes this a member, or no longer one; ends when that is committed. Does nothing if it is so already.</summary>
    /// <param name="id">The member.</param>
    /// <param name="member">Whether it is to be one.</param>
    /// <param name="commit">Decides and commits the change; called only if there is one to make. Keep it in a field.</param>
    /// <exception cref="Refusal"><c>overloaded</c>: too many wait for the database.</exception>
    public Task Change(Guid id, bool member, Func<Guid, Task> commit)
    {
        if (_changes is not null && _changes.TryGetValue(id, out var pending))
            return pending.Member == member ? pending.Done : ChangeAfter(pending.Done, id, member, commit);
        if (IsMember(id) is not { } known)
            return ChangeOnceKnown(id, member, commit);
        if (known == member)
            return _confirm();

        var done = Complete(id, member, commit(id));
        if (!done.IsCompleted)
            (_changes ??= []).Add(id, new(member, done));
        return done;
    }

    private async Task ChangeAfter(Task earlier, Guid id, bool member, Func<Guid, Task> commit)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Change(id, member, commit);
    }

    private async Task ChangeOnceKnown(Guid id, bool member, Func<Guid, Task> commit)
    {
        await Find(id);
        await Change(id, member, commit);
    }

    private async Task Complete(Guid id, bool member, Task commit)
    {
        try
        {
            await commit;
            Unask(id);
            Remember(id, member);
        }
        catch
        {
            // It may have been written or not: whoever asks next has to ask the database.
            Unask(id);
            _known?.Remove(id);
            _complete = false;
            throw;
        }
        finally
        {
            _changes?.Remove(id);
            if (_changes is { Count: 0, Capacity: > KeptCapacity })
                _changes = null;
        }
    }

    private void Remember(Guid id, bool member)
    {
        if (_complete)
        {
            if (!member)
            {
                _known?.Remove(id);
                return;
            }

            (_known ??= [])[id] = true;
            _complete = _known.Count <= _limits.Complete;
            return;
        }

        _known ??= [];
        if (_known.Count >= _limits.Cached)
            _known.Clear();
        _known[id] = member;
    }

    private async Task<bool> Ask(Guid id)
    {
        if (_waiting >= _limits.Waiting)
            throw new Refusal(RefusalKind.Unavailable, "overloaded", "The server is busy; try again in a moment.");

        var inquiry = InquiryFor(id);
        if (_asked is null)
            _ = AskDatabase();

        _waiting++;
        try
        {
            var members = await inquiry.Answer.Task;
            return IsMember(id) ?? members.Contains(id);
        }
        finally
        {
            _waiting--;
        }
    }

    private Inquiry InquiryFor(Guid id)
    {
        _inquiryOf ??= [];
        if (_inquiryOf.TryGetValue(id, out var inquiry))
            return inquiry;
        if (_collecting is null || _collecting.Ids.Count >= _limits.Batch)
            _inquiries.Enqueue(_collecting = new());
        _collecting.Ids.Add(id);
        return _inquiryOf[id] = _collecting;
    }

    // It has just changed, which a query under way may not have seen.
    private void Unask(Guid id)
    {
        if (_asked is not null && _asked.Ids.Remove(id))
            _inquiryOf?.Remove(id);
    }

    private async Task AskDatabase()
    {
        while (_inquiries.TryDequeue(out _asked))
        {
            if (_asked == _collecting)
                _collecting = null;
            try
            {
                var members = (await _query([.. _asked.Ids])).ToHashSet();
                foreach (var id in _asked.Ids)
                    Remember(id, members.Contains(id));
                _asked.Answer.SetResult(members);
            }
            catch (Exception e)
            {
                _asked.Answer.SetException(e);
            }

            foreach (var id in _asked.Ids)
                _inquiryOf?.Remove(id);
            if (_inquiryOf is { Count: 0, Capacity: > KeptCapacity })
                _inquiryOf = null;
        }
    }

    private readonly record struct PendingChange(bool Member, Task Done);

    private sealed class Inquiry
    {
        /// <summary>What is asked, less what has changed since.</summary>
        public HashSet<Guid> Ids { get; } = [];

        public TaskCompletionSource<HashSet<Guid>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
