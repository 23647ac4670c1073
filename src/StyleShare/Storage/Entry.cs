namespace StyleShare.Storage;

/// <summary>A row of a change, and the statement that writes it. A linked list, for most changes have two or three.</summary>
internal abstract class Entry(Statement statement)
{
    public Statement Statement { get; } = statement;

    public Entry? Next { get; set; }

    /// <summary>Hash of the table's row that is written, for statements that name their table.</summary>
    public abstract int Key { get; }

    public abstract void AddTo(RowBuffer rows);
}

internal sealed class RowEntry<TRow>(Statement<TRow> statement, TRow row) : Entry(statement)
{
    public override int Key => ((Statement<TRow>)Statement).Key?.Invoke(row) ?? 0;

    public override void AddTo(RowBuffer rows) => ((RowBuffer<TRow>)rows).Add(row);
}

internal sealed class StateEntry<TState>(StateStatement<TState> statement, TState state, long version) : Entry(statement)
    where TState : class
{
    public override int Key => 0;

    public override void AddTo(RowBuffer rows) => ((StateRowBuffer<TState>)rows).Add(state, version);
}
