using System.Text.Json.Serialization.Metadata;
using Orleans.Storage;
using StyleShare.Requests;

namespace StyleShare.Storage;

/// <summary>
/// A grain's state: the committed snapshot that readers see, and the working one that decisions are made on. Decisions made
/// while a commit is under way are collected and go together in the next one, with one state row; each caller is answered
/// after its own commit. The grain class is <c>[Reentrant]</c>, and all calls come from its turns.
/// </summary>
/// <remarks>
/// Should a commit fail, everything decided on it fails too and the state is not to be used any more: the grain deactivates
/// and its next activation loads what is stored.
/// </remarks>
/// <typeparam name="TState">The state, an immutable record.</typeparam>
/// <typeparam name="TFact">What decisions say has happened.</typeparam>
public sealed class CommittedState<TState, TFact>
    where TState : class
{
    private readonly ICommitter _committer;
    private readonly StateTable<TState> _table;
    private readonly Action<Change, TFact> _write;
    private readonly Action<Exception> _onFailed;
    private TState? _working;
    private Batch? _collecting;
    private Batch? _committing;
    private Exception? _failed;

    /// <summary>Creates it; <see cref="Load"/> it before use.</summary>
    /// <param name="committer">Where it commits.</param>
    /// <param name="table">Where the state row is.</param>
    /// <param name="write">Adds the rows that a fact is; the state row is added by itself.</param>
    /// <param name="onFailed">What the grain does when a commit failed: <c>_ => DeactivateOnIdle()</c>.</param>
    public CommittedState(
        ICommitter committer, StateTable<TState> table, Action<Change, TFact> write, Action<Exception> onFailed)
    {
        _committer = committer;
        _table = table;
        _write = write;
        _onFailed = onFailed;
    }

    /// <summary>The state that decisions are made on, with what is being committed; null if there is no row yet.</summary>
    /// <exception cref="InconsistentStateException">A commit failed; the grain is about to reload.</exception>
    public TState? Working => _failed is null ? _working : throw Unusable();

    /// <summary>The state as it is stored; null if there is no row. All that a reader may see.</summary>
    public TState? Committed { get; private set; }

    /// <summary>The version of <see cref="Committed"/>; 0 if there is no row.</summary>
    public long CommittedVersion { get; private set; }

    /// <summary>Takes over what was read from the table; null and 0 if there is no row.</summary>
    public void Load(TState? state, long version)
    {
        if (state is null != (version == 0))
            throw new ArgumentException("A stored state has a version from 1 on, and no state has version 0.", nameof(version));
        Committed = _working = state;
        CommittedVersion = version;
    }

    /// <summary>Commits a decision made on <see cref="Working"/>.</summary>
    /// <returns>
    /// Ends when the decision is durable; one without facts when all that it was decided upon is, and is what is stored: that
    /// nothing is to be done is no answer of a second activation whose state others have changed.
    /// </returns>
    public Task Commit(Decision<TState, TFact> decision)
    {
        if (_failed is not null)
            return Task.FromException(Unusable());
        if (decision.Facts.IsDefaultOrEmpty)
            return Confirm();
        if (!HasRoom(decision.Facts.Length))
            return Task.FromException(StorageErrors.Busy());
        var batch = Collect(decision);
        Start();
        return batch.Task;
    }

    /// <summary>Commits a decision with the answer to an idempotent request, which is stored even if nothing is to be done.</summary>
    public Task Commit<T>(Decision<TState, TFact> decision, RequestKey? key, T answer, JsonTypeInfo<T> type)
    {
        if (key is null)
            return Commit(decision);
        if (_failed is not null)
            return Task.FromException(Unusable());
        if (!HasRoom((decision.Facts.IsDefault ? 0 : decision.Facts.Length) + 1))
            return Task.FromException(StorageErrors.Busy());
        var batch = Collect(decision);
        batch.Change.Answer(key, answer, type);
        Start();
        return batch.Task;
    }

    /// <summary>Ends when all that was decided is durable, and is what is stored; fails if somebody else has written the state.</summary>
    public Task Confirm()
    {
        if (_failed is not null)
            return Task.FromException(Unusable());
        // A commit under way may have looked at the state before this was asked.
        if (Committed is null && _collecting is null && _committing is null)
            return Task.CompletedTask;
        var batch = _collecting ??= new Batch();
        Start();
        return batch.Task;
    }

    /// <summary>Ends when all that was decided is durable: for a state that ends with its row, of which nothing is left to confirm.</summary>
    public Task Settle() => _failed is not null
        ? Task.FromException(Unusable())
        : (_collecting ?? _committing)?.Task ?? Task.CompletedTask;

    private bool HasRoom(int rows) => _collecting is null || _collecting.Change.Rows + rows < _committer.MaxChangeRows;

    private Batch Collect(Decision<TState, TFact> decision)
    {
        var batch = _collecting ??= new Batch();
        if (decision.Facts.IsDefaultOrEmpty)
            return batch;
        try
        {
            foreach (var fact in decision.Facts)
                _write(batch.Change, fact);
        }
        catch (Exception e)
        {
            // The batch has a part of a decision in it now: it must not be committed. One under way goes on to its end.
            Fail(e);
            throw;
        }

        batch.State = _working = decision.Next;
        return batch;
    }

    private void Start()
    {
        if (_committing is null)
            _ = RunAsync();
    }

    private async Task RunAsync()
    {
        while (_collecting is { } batch)
        {
            _collecting = null;
            _committing = batch;
            if (batch.State is { } state)
                batch.Change.PutFirst(_table, state, CommittedVersion);
            else if (Committed is { } known)
                batch.Change.CheckFirst(_table, known, CommittedVersion);
            try
            {
                await _committer.Commit(batch.Change);
            }
            catch (Exception e)
            {
                batch.SetException(e);
                Fail(e);
                return;
            }

            _committing = null;
            if (batch.State is not null)
            {
                Committed = batch.State;
                CommittedVersion++;
            }

            batch.SetResult();
        }
    }

    private void Fail(Exception error)
    {
        if (_failed is not null)
            return;
        _failed = error;
        _collecting?.SetException(error);
        _collecting = null;
        _onFailed(error);
    }

    private InconsistentStateException Unusable() =>
        new($"A commit of this state in {_table.Table} failed; the grain reloads what is stored.", _failed!);

    /// <summary>What goes in one commit, and the task of all who wait for it.</summary>
    private sealed class Batch() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Change Change { get; } = new();

        public TState? State { get; set; }
    }
}
