using Npgsql;
using NpgsqlTypes;

namespace StyleShare.Storage;

/// <summary>The values of one column for the rows of a group; used again by group after group.</summary>
internal abstract class ColumnBuffer<TRow>
{
    public abstract NpgsqlParameter Parameter { get; }

    public abstract void Add(TRow row);

    public abstract void Clear();
}

internal sealed class ColumnBuffer<TRow, T> : ColumnBuffer<TRow>
{
    private readonly List<T> _values = [];
    private readonly Func<TRow, T> _value;

    public ColumnBuffer(NpgsqlDbType wire, Func<TRow, T> value)
    {
        _value = value;
        Parameter = new NpgsqlParameter<List<T>> { TypedValue = _values, NpgsqlDbType = NpgsqlDbType.Array | wire };
    }

    public override NpgsqlParameter Parameter { get; }

    public override void Add(TRow row) => _values.Add(_value(row));

    public override void Clear() => _values.Clear();
}
