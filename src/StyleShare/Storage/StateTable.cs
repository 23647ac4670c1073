namespace StyleShare.Storage;

/// <summary>
/// A table with one row for each grain of a kind: its key, the columns of its state, and <c>version bigint</c>, which fences
/// off every writer that does not hold the stored state: an update names the version it read, and a first insert conflicts
/// with any other by the primary key.
/// </summary>
/// <typeparam name="TState">The grain's state, an immutable record.</typeparam>
public sealed class StateTable<TState>
    where TState : class
{
    /// <summary>Defines a table of state.</summary>
    /// <param name="table">The table; its primary key, named <c>{table}_pkey</c>, is <paramref name="key"/> alone.</param>
    /// <param name="key">The primary key.</param>
    /// <param name="columns">All other columns that a change of state may write.</param>
    public StateTable(string table, Column<TState> key, params Column<TState>[] columns)
    {
        Table = SqlName.Checked(table);
        Column<TState>[] all = [key, .. columns];
        var names = string.Join(", ", all.Select(c => c.Name));
        InsertStatement = new StateStatement<TState>(
            $"{table}_insert",
            $"INSERT INTO {table} ({names}, version) SELECT {names}, version FROM rows",
            Expect.Any,
            all)
        {
            FencingConstraint = $"{table}_pkey",
        };
        var assignments = string.Concat(columns.Select(c => $", {c.Name} = rows.{c.Name}"));
        UpdateStatement = new StateStatement<TState>(
            $"{table}_update",
            $"UPDATE {table} SET version = rows.version + 1{assignments} FROM rows " +
            $"WHERE {table}.{key.Name} = rows.{key.Name} AND {table}.version = rows.version",
            Expect.EveryRow,
            all);
        CheckStatement = new StateStatement<TState>(
            $"{table}_check",
            $"SELECT 1 FROM {table} JOIN rows USING ({key.Name}) WHERE {table}.version = rows.version",
            Expect.EveryRow,
            [key],
            reads: true);
    }

    /// <summary>The table's name.</summary>
    public string Table { get; }

    internal StateStatement<TState> InsertStatement { get; }

    internal StateStatement<TState> UpdateStatement { get; }

    internal StateStatement<TState> CheckStatement { get; }
}
