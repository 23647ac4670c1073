using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StyleShare.Requests;

namespace StyleShare.Storage;

/// <summary>
/// All that one decision writes: rows, the state row with its version, events, the answer to an idempotent request. It is
/// committed as one, or not at all. Not safe for use by several threads; hand it to the committer once.
/// </summary>
public sealed class Change
{
    private Entry? _first;
    private Entry? _last;
    private List<JointEvent>? _joint;

    /// <summary>How many rows it writes.</summary>
    public int Rows { get; private set; }

    internal Entry? First => _first;

    /// <summary>Whether rows of one table may be written twice, so that their order has to be looked after.</summary>
    internal bool HasContendedTables { get; private set; }

    internal List<RequestAnswer>? Answers { get; private set; }

    /// <summary>Adds a row, to be written behind those added before.</summary>
    public void Add<TRow>(Statement<TRow> statement, TRow row)
    {
        HasContendedTables |= statement.Table is not null && _last?.Statement.Table is not null;
        Append(new RowEntry<TRow>(statement, row));
    }

    /// <summary>Adds the first row of a grain's state, with version 1.</summary>
    public void Insert<TState>(StateTable<TState> table, TState state)
        where TState : class =>
        Append(new StateEntry<TState>(table.InsertStatement, state, version: 1));

    /// <summary>Replaces a grain's state row.</summary>
    /// <param name="table">Where.</param>
    /// <param name="state">The state that follows.</param>
    /// <param name="version">The version that was read; the row gets the one behind it.</param>
    public void Update<TState>(StateTable<TState> table, TState state, long version)
        where TState : class =>
        Append(new StateEntry<TState>(table.UpdateStatement, state, version));

    /// <summary>Raises an event on a stream.</summary>
    public void Raise(OutboxEvent raised) => Add(Outbox.Insert, raised);

    /// <summary>
    /// Raises an event together with others of its stream in this change: they are one row of the outbox, whose payload is a
    /// JSON array. So a crowd that does the same thing at once costs its consumer one delivery, and the outbox one row.
    /// </summary>
    /// <param name="streamNamespace">The stream's namespace.</param>
    /// <param name="streamKey">The stream's key in its namespace.</param>
    /// <param name="at">When it happened; what is first gives the time in the row's id.</param>
    /// <param name="item">One element of the array.</param>
    /// <param name="type">How the array is written.</param>
    public void RaiseTogether<T>(string streamNamespace, string streamKey, DateTimeOffset at, T item, JsonTypeInfo<List<T>> type)
    {
        foreach (var joint in _joint ??= [])
        {
            if (joint is JointEvent<T> { HasRoom: true } same && same.StreamKey == streamKey && same.StreamNamespace == streamNamespace)
            {
                same.Items.Add(item);
                return;
            }
        }

        var begun = new JointEvent<T>(Guid.CreateVersion7(at), streamNamespace, streamKey, type) { Items = { item } };
        _joint.Add(begun);
        Add(Outbox.InsertJoint, begun);
    }

    /// <summary>Stores what the request is answered, so that a retry gets it again; nothing without a key.</summary>
    public void Answer<T>(RequestKey? key, T answer, JsonTypeInfo<T> type)
    {
        if (key is not null)
            Answer(key, JsonSerializer.SerializeToUtf8Bytes(answer, type));
    }

    /// <summary>The same, of an answer that is bytes already.</summary>
    public void Answer(RequestKey key, byte[] answer)
    {
        (Answers ??= []).Add(new RequestAnswer(key, answer));
        Rows++;
    }

    /// <summary>Puts the state row before all rows: what refers to it finds it, and a stale change fails before it writes.</summary>
    internal void PutFirst<TState>(StateTable<TState> table, TState state, long version)
        where TState : class => PutBefore(version == 0
            ? new StateEntry<TState>(table.InsertStatement, state, version: 1)
            : new StateEntry<TState>(table.UpdateStatement, state, version));

    /// <summary>Has the change fail if the state row is not the one that is known any more.</summary>
    internal void CheckFirst<TState>(StateTable<TState> table, TState state, long version)
        where TState : class => PutBefore(new StateEntry<TState>(table.CheckStatement, state, version));

    internal void Append(Entry entry, bool counted = true)
    {
        if (_last is null)
            _first = entry;
        else
            _last.Next = entry;
        _last = entry;
        if (counted)
            Rows++;
    }

    private void PutBefore(Entry entry)
    {
        entry.Next = _first;
        _first = entry;
        _last ??= entry;
        Rows++;
    }
}

/// <summary>An answer to be stored, still in the clear.</summary>
internal readonly record struct RequestAnswer(RequestKey Key, byte[] Bytes);
