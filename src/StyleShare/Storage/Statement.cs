namespace StyleShare.Storage;

/// <summary>How many rows a statement has to write.</summary>
public enum Expect
{
    /// <summary>As many as apply: what is there already (or not any more) is fine.</summary>
    Any,

    /// <summary>Each row of <c>rows</c> writes exactly one; else the change is refused as stale.</summary>
    EveryRow,
}

/// <summary>A data-modifying SQL statement that writes the rows of many changes at once.</summary>
public abstract class Statement
{
    private protected Statement(string name, string commandText)
    {
        Name = SqlName.Checked(name);
        CommandText = commandText;
    }

    /// <summary>Names it in errors and traces.</summary>
    public string Name { get; }

    /// <summary>Which constraint means, when violated, that somebody else has written this state; null if none does.</summary>
    internal string? FencingConstraint { get; init; }

    /// <summary>
    /// The table that is written, where statements on other tables may be moved before this one or behind it;
    /// null if this statement keeps its place among all statements of the change.
    /// </summary>
    public string? Table { get; init; }

    /// <summary>Raised within the silo after a commit that this statement was in (<see cref="CommitSignals"/>); null for none.</summary>
    public string? Signal { get; init; }

    /// <summary>What is sent; positional parameters, one array a column.</summary>
    internal string CommandText { get; }

    internal abstract RowBuffer CreateBuffer();

    private protected static string Wrap(
        string name, string sql, Expect expect, IReadOnlyList<(string Name, string Type, string? Cast)> columns, bool reads = false)
    {
        var selected = string.Join(", ", columns.Select(c => c.Cast is null ? c.Name : $"{c.Name}::{c.Cast} AS {c.Name}"));
        var arrays = string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.Type}[]"));
        var names = string.Join(", ", columns.Select(c => c.Name));
        var rows = $"WITH rows AS (SELECT {selected} FROM unnest({arrays}) AS given({names}))";
        return expect == Expect.Any
            ? $"{rows} {sql}"
            : $"{rows}, written AS ({sql}{(reads ? "" : " RETURNING 1")}) " +
              $"SELECT storage_stale('{name}', count(*)) FROM written HAVING count(*) <> cardinality($1)";
    }
}

/// <summary>
/// A data-modifying SQL statement over a relation called <c>rows</c>, such as
/// <c>INSERT INTO likes (post_id, user_id) SELECT post_id, user_id FROM rows ON CONFLICT DO NOTHING</c>.
/// However many changes a group has, it is executed once. Make each once, in a static field of the feature's table file.
/// </summary>
/// <remarks>
/// The statements of one change take effect in the order in which the change added them, also for the same row. To let a hot
/// grain's change of thousands of rows still be a few executions, name <see cref="Statement.Table"/> and <see cref="Key"/>:
/// then only rows of that table with the same key keep their order.
/// </remarks>
public sealed class Statement<TRow> : Statement
{
    private readonly Column<TRow>[] _columns;

    /// <summary>Defines a statement.</summary>
    /// <param name="name">Names it in errors.</param>
    /// <param name="sql">One INSERT, UPDATE or DELETE without RETURNING, that reads from <c>rows</c>.</param>
    /// <param name="expect">Whether each row has to write exactly one.</param>
    /// <param name="columns">The columns of <c>rows</c>.</param>
    public Statement(string name, string sql, Expect expect, params Column<TRow>[] columns)
        : base(name, Wrap(name, sql, expect, [.. columns.Select(c => (c.Name, c.Type, c.Cast))])) =>
        _columns = columns;

    /// <summary>A hash of the key of the table's row that a row writes; equal keys have equal hashes.</summary>
    public Func<TRow, int>? Key { get; init; }

    internal override RowBuffer CreateBuffer() => new RowBuffer<TRow>(this, _columns);
}

/// <summary>Inserts or updates the rows of a <see cref="StateTable{TState}"/>, or reads whether they are still the ones known.</summary>
internal sealed class StateStatement<TState>(
    string name, string sql, Expect expect, IReadOnlyList<Column<TState>> columns, bool reads = false)
    : Statement(name, Wrap(name, sql, expect, [.. columns.Select(c => (c.Name, c.Type, c.Cast)), ("version", "bigint", null)], reads))
{
    internal override RowBuffer CreateBuffer() => new StateRowBuffer<TState>(this, columns);
}
