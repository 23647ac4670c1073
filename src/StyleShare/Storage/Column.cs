using System.Globalization;
using System.Text;
using NpgsqlTypes;

namespace StyleShare.Storage;

/// <summary>A column of the relation <c>rows</c> that a <see cref="Statement{TRow}"/> writes from.</summary>
/// <remarks>A group's rows travel as one array a column, whatever their number; so types cost no boxing and the SQL is fixed.</remarks>
public abstract class Column<TRow>
{
    private protected Column(string name, string type, string? cast)
    {
        Name = SqlName.Checked(name);
        Type = type;
        Cast = cast;
    }

    /// <summary>The column's name in <c>rows</c>.</summary>
    public string Name { get; }

    /// <summary>PostgreSQL's type of the array's elements on the wire.</summary>
    internal string Type { get; }

    /// <summary>The type that the element is cast to in SQL, where that is not the wire's.</summary>
    internal string? Cast { get; }

    internal abstract ColumnBuffer<TRow> CreateBuffer();
}

/// <summary>Makes columns. Each takes the name and where the value is found in a row.</summary>
public static class Column
{
    /// <summary>A <c>uuid</c>.</summary>
    public static Column<TRow> Uuid<TRow>(string name, Func<TRow, Guid> value) => Of(name, "uuid", NpgsqlDbType.Uuid, value);

    /// <summary>A <c>uuid</c> or null.</summary>
    public static Column<TRow> Uuid<TRow>(string name, Func<TRow, Guid?> value) => Of(name, "uuid", NpgsqlDbType.Uuid, value);

    /// <summary>A <c>text</c>, or null.</summary>
    public static Column<TRow> Text<TRow>(string name, Func<TRow, string?> value) => Of(name, "text", NpgsqlDbType.Text, value);

    /// <summary>A <c>bigint</c>.</summary>
    public static Column<TRow> Bigint<TRow>(string name, Func<TRow, long> value) => Of(name, "bigint", NpgsqlDbType.Bigint, value);

    /// <summary>A <c>bigint</c> or null.</summary>
    public static Column<TRow> Bigint<TRow>(string name, Func<TRow, long?> value) => Of(name, "bigint", NpgsqlDbType.Bigint, value);

    /// <summary>An <c>integer</c>.</summary>
    public static Column<TRow> Integer<TRow>(string name, Func<TRow, int> value) => Of(name, "integer", NpgsqlDbType.Integer, value);

    /// <summary>An <c>integer</c> or null.</summary>
    public static Column<TRow> Integer<TRow>(string name, Func<TRow, int?> value) => Of(name, "integer", NpgsqlDbType.Integer, value);

    /// <summary>A <c>boolean</c>.</summary>
    public static Column<TRow> Boolean<TRow>(string name, Func<TRow, bool> value) => Of(name, "boolean", NpgsqlDbType.Boolean, value);

    /// <summary>A <c>boolean</c> or null.</summary>
    public static Column<TRow> Boolean<TRow>(string name, Func<TRow, bool?> value) => Of(name, "boolean", NpgsqlDbType.Boolean, value);

    /// <summary>A <c>double precision</c>.</summary>
    public static Column<TRow> Double<TRow>(string name, Func<TRow, double> value) =>
        Of(name, "double precision", NpgsqlDbType.Double, value);

    /// <summary>A <c>double precision</c> or null.</summary>
    public static Column<TRow> Double<TRow>(string name, Func<TRow, double?> value) =>
        Of(name, "double precision", NpgsqlDbType.Double, value);

    /// <summary>A <c>timestamptz</c>; PostgreSQL keeps microseconds, the last digit of a tick is cut off.</summary>
    public static Column<TRow> Timestamptz<TRow>(string name, Func<TRow, DateTimeOffset> value) =>
        Of(name, "timestamptz", NpgsqlDbType.TimestampTz, (TRow row) => value(row).UtcDateTime);

    /// <summary>A <c>timestamptz</c> or null.</summary>
    public static Column<TRow> Timestamptz<TRow>(string name, Func<TRow, DateTimeOffset?> value) =>
        Of(name, "timestamptz", NpgsqlDbType.TimestampTz, (TRow row) => value(row)?.UtcDateTime);

    /// <summary>A <c>bytea</c>, or null.</summary>
    public static Column<TRow> Bytea<TRow>(string name, Func<TRow, byte[]?> value) => Of(name, "bytea", NpgsqlDbType.Bytea, value);

    /// <summary>A <c>jsonb</c> from JSON text, or null.</summary>
    public static Column<TRow> Jsonb<TRow>(string name, Func<TRow, string?> value) =>
        Of(name, "text", NpgsqlDbType.Text, value, cast: "jsonb");

    /// <summary>A <c>uuid[]</c>.</summary>
    /// <remarks>An array of arrays would be flattened by <c>unnest</c>, so each travels as PostgreSQL's array literal.</remarks>
    public static Column<TRow> UuidArray<TRow>(string name, Func<TRow, IReadOnlyList<Guid>?> value) =>
        Of(name, "text", NpgsqlDbType.Text, (TRow row) => Literal(value(row)), cast: "uuid[]");

    /// <summary>A <c>text[]</c>; it travels as a literal too.</summary>
    public static Column<TRow> TextArray<TRow>(string name, Func<TRow, IReadOnlyList<string>?> value) =>
        Of(name, "text", NpgsqlDbType.Text, (TRow row) => Literal(value(row)), cast: "text[]");

    private static Column<TRow, T> Of<TRow, T>(
        string name, string type, NpgsqlDbType wire, Func<TRow, T> value, string? cast = null) =>
        new(name, type, wire, value, cast);

    private static string? Literal(IReadOnlyList<Guid>? ids) =>
        ids is null ? null : string.Create(CultureInfo.InvariantCulture, $"{{{string.Join(',', ids)}}}");

    private static string? Literal(IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return null;
        var literal = new StringBuilder("{");
        for (var i = 0; i < texts.Count; i++)
        {
            literal.Append(i == 0 ? "\"" : ",\"");
            foreach (var c in texts[i])
                literal.Append(c is '"' or '\\' ? "\\" : "").Append(c);
            literal.Append('"');
        }

        return literal.Append('}').ToString();
    }
}

/// <summary>A column whose values are <typeparamref name="T"/> on the wire.</summary>
internal sealed class Column<TRow, T>(string name, string type, NpgsqlDbType wire, Func<TRow, T> value, string? cast)
    : Column<TRow>(name, type, cast)
{
    internal override ColumnBuffer<TRow> CreateBuffer() => new ColumnBuffer<TRow, T>(wire, value);
}
