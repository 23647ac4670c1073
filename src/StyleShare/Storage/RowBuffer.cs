using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Storage;

/// <summary>One execution of a statement for many rows: the command, and the arrays that are its parameters.</summary>
internal abstract class RowBuffer(Statement statement)
{
    public Statement Statement { get; } = statement;

    public NpgsqlBatchCommand Command { get; } = new(statement.CommandText);

    public abstract void Clear();
}

internal class RowBuffer<TRow> : RowBuffer
{
    private readonly ColumnBuffer<TRow>[] _columns;

    public RowBuffer(Statement statement, IReadOnlyList<Column<TRow>> columns)
        : base(statement)
    {
        _columns = [.. columns.Select(column => column.CreateBuffer())];
        foreach (var column in _columns)
            Command.Parameters.Add(column.Parameter);
    }

    public void Add(TRow row)
    {
        foreach (var column in _columns)
            column.Add(row);
    }

    public override void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
    }
}

/// <summary>Rows of grain state, each with a version: of the new row (insert), or the one that is replaced (update).</summary>
internal sealed class StateRowBuffer<TState> : RowBuffer<TState>
{
    private readonly List<long> _versions = [];

    public StateRowBuffer(Statement statement, IReadOnlyList<Column<TState>> columns)
        : base(statement, columns) =>
        Command.Parameters.Add(new NpgsqlParameter<List<long>>
        {
            TypedValue = _versions,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        });

    public void Add(TState state, long version)
    {
        Add(state);
        _versions.Add(version);
    }

    public override void Clear()
    {
        base.Clear();
        _versions.Clear();
    }
}
