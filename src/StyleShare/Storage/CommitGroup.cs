using Npgsql;

namespace StyleShare.Storage;

/// <summary>Gathers the rows of many changes into as few executions of statements as their order allows.</summary>
/// <remarks>
/// Rows of one change keep their order; rows of different changes need none, for no two changes under way write the same row
/// (only a second activation would, and is fenced off). A row goes to the first execution of its statement that is not before
/// the change's rows that it has to follow.
/// </remarks>
internal sealed class CommitGroup
{
    private readonly Dictionary<Statement, Stack<RowBuffer>> _pool = [];
    private readonly List<RowBuffer> _executions = [];
    private readonly Dictionary<(string Table, int Key), int> _last = [];

    public IReadOnlyList<RowBuffer> Executions => _executions;

    public void Add(Change change)
    {
        var barrier = 0;
        var last = 0;
        for (var entry = change.First; entry is not null; entry = entry.Next)
        {
            int at;
            if (entry.Statement.Table is not { } table)
                barrier = last = at = Find(entry.Statement, last);
            else if (!change.HasContendedTables)
                at = Find(entry.Statement, barrier);
            else
                at = FindBehindSameRow(entry, table, barrier);
            last = Math.Max(last, at);
            entry.AddTo(_executions[at]);
        }

        if (change.HasContendedTables)
            _last.Clear();
    }

    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var execution in _executions)
            batch.BatchCommands.Add(execution.Command);
    }

    public void Clear()
    {
        foreach (var execution in _executions)
        {
            execution.Clear();
            if (!_pool.TryGetValue(execution.Statement, out var free))
                _pool.Add(execution.Statement, free = new Stack<RowBuffer>());
            free.Push(execution);
        }

        _executions.Clear();
    }

    /// <summary>Forgets all commands: a prepared one knows the connection that it was prepared on.</summary>
    public void Reset()
    {
        _executions.Clear();
        _pool.Clear();
    }

    private int FindBehindSameRow(Entry entry, string table, int barrier)
    {
        var row = (table, entry.Key);
        var from = _last.TryGetValue(row, out var before) ? Math.Max(barrier, before + 1) : barrier;
        return _last[row] = Find(entry.Statement, from);
    }

    private int Find(Statement statement, int from)
    {
        for (var i = from; i < _executions.Count; i++)
        {
            if (ReferenceEquals(_executions[i].Statement, statement))
                return i;
        }

        _executions.Add(_pool.TryGetValue(statement, out var free) && free.TryPop(out var buffer)
            ? buffer
            : statement.CreateBuffer());
        return _executions.Count - 1;
    }
}
