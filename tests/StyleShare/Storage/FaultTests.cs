using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

/// <summary>What happens to changes when the database or the line to it fails. Rows have no key here: a second writing shows.</summary>
public sealed class FaultTests
{
    private const string Schema = "CREATE TABLE written (writer bigint NOT NULL, number bigint NOT NULL)";

    private static readonly Statement<Row> Write = new(
        "written_insert",
        "INSERT INTO written (writer, number) SELECT writer, number FROM rows",
        Expect.EveryRow,
        Column.Bigint<Row>("writer", r => r.Writer),
        Column.Bigint<Row>("number", r => r.Number));

    [Fact]
    public async Task Acknowledged_writes_survive_restarts_and_killed_backends_and_none_is_there_twice()
    {
        await using var server = await PostgresServer.StartAsync();
        await MigrateAsync(server.ConnectionString);
        await using var storage = await TestStorage.StartAsync(server.ConnectionString);
        var writers = Enumerable.Range(0, 50).Select(i => new Writer(storage.Committer, i)).ToArray();
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(writers.Select(writer => writer.RunAsync(stop.Token)));

        for (var i = 0; i < 5; i++)
        {
            await WrittenAsync(writers, 1_000);
            await server.TerminateAsync("styleshare-commit");
        }

        await WrittenAsync(writers, 1_000);
        await server.StopAsync();
        await server.StartAgainAsync();
        await WrittenAsync(writers, 1_000);
        await server.KillAsync();
        await server.StartAgainAsync();
        await WrittenAsync(writers, 1_000);
        await stop.CancelAsync();
        await writing;

        await VerifyAsync(server.ConnectionString, writers);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_to_be_there()
    {
        await using var database = await DatabaseAsync();
        await using var proxy = new PostgresProxy(database.ConnectionString);
        await using var storage = await TestStorage.StartAsync(proxy.ConnectionString, options => options.Lanes = 1);
        await storage.Committer.Commit(Of(1, 1));
        var lost = proxy.LoseNextAnswer();
        await storage.Committer.Commit(Of(1, 2));
        Assert.True(lost.IsCompleted);
        Assert.Equal([1, 2], await NumbersAsync(database.Source));
    }

    [Fact]
    public async Task A_commit_whose_request_is_lost_is_sent_again()
    {
        await using var database = await DatabaseAsync();
        await using var proxy = new PostgresProxy(database.ConnectionString);
        await using var storage = await TestStorage.StartAsync(proxy.ConnectionString, options => options.Lanes = 1);
        await storage.Committer.Commit(Of(1, 1));
        var lost = proxy.LoseNextRequest();
        await storage.Committer.Commit(Of(1, 2));
        Assert.True(lost.IsCompleted);
        Assert.Equal([1, 2], await NumbersAsync(database.Source));
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_learned_is_said_to_be_unknown()
    {
        await using var database = await DatabaseAsync();
        await using var proxy = new PostgresProxy(database.ConnectionString);
        await using var storage = await TestStorage.StartAsync(proxy.ConnectionString, options =>
        {
            options.Lanes = 1;
            options.MaxOutcomeWait = TimeSpan.FromMilliseconds(200);
        });
        await storage.Committer.Commit(Of(1, 1));
        proxy.IsClosed = true;
        _ = proxy.LoseNextAnswer();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => storage.Committer.Commit(Of(1, 2)));
        proxy.IsClosed = false;
        await storage.Committer.Commit(Of(1, 3));
        Assert.Equal([1, 2, 3], await NumbersAsync(database.Source));
    }

    [Fact]
    public async Task While_the_database_is_away_changes_are_refused_after_a_while_and_surely_not_made()
    {
        await using var database = await DatabaseAsync();
        await using var proxy = new PostgresProxy(database.ConnectionString) { IsClosed = true };
        await using var storage = await TestStorage.StartAsync(
            proxy.ConnectionString, options => options.MaxWait = TimeSpan.FromMilliseconds(300));
        var refused = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            number => Assert.ThrowsAsync<Refusal>(() => storage.Committer.Commit(Of(1, number)))));
        Assert.All(refused, refusal => Assert.Equal((RefusalKind.Unavailable, "storage_unavailable"), (refusal.Kind, refusal.Code)));
        proxy.IsClosed = false;
        await CommitOnceBack(storage, number: 1000);
        Assert.Equal([1000], await NumbersAsync(database.Source));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_keeps_what_it_has()
    {
        await using var database = await DatabaseAsync();
        await using var storage = await TestStorage.StartAsync(database.ConnectionString, options =>
        {
            options.Lanes = 1;
            options.MaxQueuedChanges = 10;
            options.MaxGroupChanges = 1;
            options.MaxWait = TimeSpan.FromMinutes(1);
        });
        List<Task> taken = [];
        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var block = new NpgsqlCommand("LOCK TABLE written", connection, transaction);
            await block.ExecuteNonQueryAsync();
            Refusal? refusal = null;
            while (refusal is null)
            {
                var commit = storage.Committer.Commit(Of(1, taken.Count));
                if (commit.IsFaulted)
                    refusal = await Assert.ThrowsAsync<Refusal>(() => commit);
                else
                    taken.Add(commit);
            }

            Assert.Equal("storage_busy", refusal.Code);
            // Ten wait; one more may be under way.
            Assert.InRange(taken.Count, 10, 11);
        }

        await Task.WhenAll(taken);
        Assert.Equal(taken.Count, (await NumbersAsync(database.Source)).Count);
    }

    [Fact]
    public async Task A_change_taken_back_while_it_waits_is_not_made()
    {
        await using var database = await DatabaseAsync();
        await using var storage = await TestStorage.StartAsync(database.ConnectionString, options =>
        {
            options.Lanes = 1;
            options.MaxGroupChanges = 1;
        });
        Task[] commits;
        await using (var connection = await database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var block = new NpgsqlCommand("LOCK TABLE written", connection, transaction);
            await block.ExecuteNonQueryAsync();
            using var cancellation = new CancellationTokenSource();
            commits = [.. Enumerable.Range(0, 5).Select(i => storage.Committer.Commit(Of(1, i), i == 3 ? cancellation.Token : default))];
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commits[3]);
        }

        await Task.WhenAll(commits.Where(commit => commit != commits[3]));
        Assert.Equal([0, 1, 2, 4], await NumbersAsync(database.Source));
    }

    [Fact]
    public async Task Stopping_commits_what_waits()
    {
        await using var database = await DatabaseAsync();
        var storage = await TestStorage.StartAsync(database.ConnectionString);
        var committer = storage.Committer;
        var commits = Enumerable.Range(0, 5_000).Select(i => committer.Commit(Of(1, i))).ToArray();
        await storage.DisposeAsync();
        Assert.All(commits, commit => Assert.True(commit.IsCompletedSuccessfully));
        Assert.Equal(5_000, (await NumbersAsync(database.Source)).Count);
        var refusal = await Assert.ThrowsAsync<Refusal>(() => committer.Commit(Of(1, 1)));
        Assert.Equal(RefusalKind.Unavailable, refusal.Kind);
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM commit_groups"));
    }

    // The lane comes back by itself, at its own pace: until then the change is refused again.
    private static async Task CommitOnceBack(TestStorage storage, long number)
    {
        while (true)
        {
            try
            {
                await storage.Committer.Commit(Of(1, number));
                return;
            }
            catch (Refusal refusal) when (refusal.Code == "storage_unavailable")
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static Change Of(long writer, long number)
    {
        var change = new Change();
        change.Add(Write, new Row(writer, number));
        return change;
    }

    private static async Task<TestDatabase> DatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Schema);
        return database;
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await Migrator.RunAsync(source, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
        await using var command = source.CreateCommand(Schema);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<long>> NumbersAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT number FROM written ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync();
        List<long> numbers = [];
        while (await reader.ReadAsync())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }

    /// <summary>Waits until the writers have been told of so many more writes; the run's own time limit is the bound.</summary>
    private static async Task WrittenAsync(Writer[] writers, int more)
    {
        var goal = writers.Sum(writer => writer.Acknowledged.Count) + more;
        while (writers.Sum(writer => writer.Acknowledged.Count) < goal)
            await Task.Yield();
    }

    private static async Task VerifyAsync(string connectionString, Writer[] writers)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("SELECT writer, number, count(*) FROM written GROUP BY writer, number");
        await using var reader = await command.ExecuteReaderAsync();
        Dictionary<(long, long), long> times = [];
        while (await reader.ReadAsync())
            times.Add((reader.GetInt64(0), reader.GetInt64(1)), reader.GetInt64(2));
        foreach (var writer in writers)
        {
            Assert.All(writer.Acknowledged, number => Assert.Equal(1, times.GetValueOrDefault((writer.Number, number))));
            Assert.All(writer.Refused, number => Assert.Equal(0, times.GetValueOrDefault((writer.Number, number))));
            Assert.All(writer.Unknown, number => Assert.InRange(times.GetValueOrDefault((writer.Number, number)), 0, 1));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{writers.Sum(w => w.Acknowledged.Count)} acknowledged, {writers.Sum(w => w.Refused.Count)} refused, {writers.Sum(w => w.Unknown.Count)} unknown"));
    }

    private readonly record struct Row(long Writer, long Number);

    /// <summary>Writes one number after the other and writes down what it was told of each.</summary>
    private sealed class Writer(ICommitter committer, long number)
    {
        public long Number { get; } = number;

        public ConcurrentQueue<long> Acknowledged { get; } = [];

        public ConcurrentQueue<long> Refused { get; } = [];

        public ConcurrentQueue<long> Unknown { get; } = [];

        public async Task RunAsync(CancellationToken stop)
        {
            for (long next = 0; !stop.IsCancellationRequested; next++)
            {
                try
                {
                    await committer.Commit(Of(Number, next), CancellationToken.None);
                    Acknowledged.Enqueue(next);
                }
                catch (Refusal)
                {
                    Refused.Enqueue(next);
                }
                catch (OutcomeUnknownException)
                {
                    Unknown.Enqueue(next);
                }
            }
        }
    }
}
