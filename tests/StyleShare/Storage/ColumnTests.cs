using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

/// <summary>Every type of column, with and without a value, goes into the database as it is.</summary>
public sealed class ColumnTests(CounterStorage counters) : IClassFixture<CounterStorage>
{
    private static readonly Statement<Values> Insert = new(
        "everything_insert",
        "INSERT INTO everything SELECT * FROM rows",
        Expect.EveryRow,
        Column.Uuid<Values>("a", v => v.Uuid),
        Column.Uuid<Values>("b", v => v.MaybeUuid),
        Column.Text<Values>("c", v => v.Text),
        Column.Bigint<Values>("d", v => v.Bigint),
        Column.Bigint<Values>("e", v => v.MaybeBigint),
        Column.Integer<Values>("f", v => v.Integer),
        Column.Integer<Values>("g", v => v.MaybeInteger),
        Column.Boolean<Values>("h", v => v.Boolean),
        Column.Boolean<Values>("i", v => v.MaybeBoolean),
        Column.Double<Values>("j", v => v.Double),
        Column.Double<Values>("k", v => v.MaybeDouble),
        Column.Timestamptz<Values>("l", v => v.Time),
        Column.Timestamptz<Values>("m", v => v.MaybeTime),
        Column.Bytea<Values>("n", v => v.Bytes),
        Column.Jsonb<Values>("o", v => v.Json),
        Column.UuidArray<Values>("p", v => v.Uuids),
        Column.TextArray<Values>("q", v => v.Texts));

    [Fact]
    public async Task Values_and_nulls_arrive_as_they_are()
    {
        await counters.Database.ExecuteAsync(
            """
            CREATE TABLE everything (a uuid, b uuid, c text, d bigint, e bigint, f integer, g integer, h boolean, i boolean,
                j double precision, k double precision, l timestamptz, m timestamptz, n bytea, o jsonb, p uuid[], q text[])
            """);
        var time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(9)).AddTicks(1_234_560);
        Values[] rows =
        [
            new(Guid.NewGuid(), Guid.NewGuid(), "미나", 1L << 40, -5, 3, 4, true, false, 0.1, -2.5, time, time.AddDays(1), [0, 255],
                """{"a": [1]}""", [Guid.NewGuid(), Guid.NewGuid()], ["a,b", "\"q\"", "\\", "", "{x}", "NULL", " 한 ", "'"]),
            new(Guid.NewGuid(), null, null, 0, null, 0, null, false, null, 0, null, time, null, null, null, null, null),
            new(Guid.NewGuid(), null, "", 0, null, 0, null, false, null, double.NaN, null, time, null, [], "null", [], []),
        ];
        var change = new Change();
        foreach (var row in rows)
            change.Add(Insert, row);
        await counters.Committer.Commit(change);
        foreach (var row in rows)
            AssertSame(row, await ReadAsync(row.Uuid));
    }

    [Fact]
    public void Names_that_are_no_plain_sql_names_are_refused() =>
        Assert.Throws<ArgumentException>(() => Column.Text<string>("a; DROP TABLE users", s => s));

    private static void AssertSame(Values expected, Values actual)
    {
        Assert.Equal(expected with { Bytes = null, Uuids = null, Texts = null }, actual with { Bytes = null, Uuids = null, Texts = null });
        Assert.Equal(expected.Bytes, actual.Bytes);
        Assert.Equal(expected.Uuids, actual.Uuids);
        Assert.Equal(expected.Texts, actual.Texts);
    }

    private async Task<Values> ReadAsync(Guid id)
    {
        await using var command = counters.Database.Source.CreateCommand("SELECT * FROM everything WHERE a = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var r = await command.ExecuteReaderAsync();
        Assert.True(await r.ReadAsync());
        return new Values(
            r.GetGuid(0), Get<Guid?>(1), Get<string>(2), r.GetInt64(3), Get<long?>(4), r.GetInt32(5), Get<int?>(6), r.GetBoolean(7),
            Get<bool?>(8), r.GetDouble(9), Get<double?>(10), r.GetFieldValue<DateTimeOffset>(11), Get<DateTimeOffset?>(12),
            Get<byte[]>(13), Get<string>(14), Get<Guid[]>(15), Get<string[]>(16));

        T? Get<T>(int i) => r.IsDBNull(i) ? default : r.GetFieldValue<T>(i);
    }

    private sealed record Values(
        Guid Uuid, Guid? MaybeUuid, string? Text, long Bigint, long? MaybeBigint, int Integer, int? MaybeInteger, bool Boolean,
        bool? MaybeBoolean, double Double, double? MaybeDouble, DateTimeOffset Time, DateTimeOffset? MaybeTime, byte[]? Bytes,
        string? Json, IReadOnlyList<Guid>? Uuids, IReadOnlyList<string>? Texts);
}
