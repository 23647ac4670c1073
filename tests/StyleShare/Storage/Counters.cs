using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

/// <summary>A small feature for tests of storage: counters, and a row for each thing that was counted.</summary>
internal sealed record Counter(Guid Id, long Value);

internal sealed record Counted(Guid Counter, long Number);

internal static class Counters
{
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS counters (id uuid PRIMARY KEY, value bigint NOT NULL CHECK (value >= 0), version bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS counted (counter uuid NOT NULL, number bigint NOT NULL, PRIMARY KEY (counter, number));
        """;

    public static readonly StateTable<Counter> Table = new(
        "counters", Column.Uuid<Counter>("id", c => c.Id), Column.Bigint<Counter>("value", c => c.Value));

    /// <summary>Strict: a number counted twice is refused by the table's key.</summary>
    public static readonly Statement<Counted> Count = new(
        "counted_insert",
        "INSERT INTO counted (counter, number) SELECT counter, number FROM rows",
        Expect.EveryRow,
        Column.Uuid<Counted>("counter", c => c.Counter),
        Column.Bigint<Counted>("number", c => c.Number))
    {
        Table = "counted",
        Key = c => HashCode.Combine(c.Counter, c.Number),
    };

    public static readonly Statement<Counted> Discount = new(
        "counted_delete",
        "DELETE FROM counted USING rows WHERE counted.counter = rows.counter AND counted.number = rows.number",
        Expect.EveryRow,
        Column.Uuid<Counted>("counter", c => c.Counter),
        Column.Bigint<Counted>("number", c => c.Number))
    {
        Table = "counted",
        Key = c => HashCode.Combine(c.Counter, c.Number),
    };

    public static Change First(Counter counter)
    {
        var change = new Change();
        change.Insert(Table, counter);
        return change;
    }

    public static Change Next(Counter counter, long version)
    {
        var change = new Change();
        change.Update(Table, counter, version);
        return change;
    }

    public static async Task<(long Value, long Version)?> FindAsync(NpgsqlDataSource source, Guid id)
    {
        await using var command = source.CreateCommand("SELECT value, version FROM counters WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    public static async Task<List<long>> NumbersAsync(NpgsqlDataSource source, Guid id)
    {
        await using var command = source.CreateCommand("SELECT number FROM counted WHERE counter = $1 ORDER BY number");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync();
        List<long> numbers = [];
        while (await reader.ReadAsync())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}

/// <summary>A database with the counters' tables, and storage on it.</summary>
public sealed class CounterStorage : IAsyncLifetime
{
    public TestDatabase Database { get; } = new();

    public TestStorage Storage { get; private set; } = null!;

    public ICommitter Committer => Storage.Committer;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.ExecuteAsync(Counters.Schema);
        Storage = await TestStorage.StartAsync(Database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await Database.DisposeAsync();
    }
}
