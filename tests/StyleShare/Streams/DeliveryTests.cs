using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.DeadLetters;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Streams;

/// <summary>Events from the commit that raises them to the grain that consumes them.</summary>
[Trait("Pooler", "transaction")]
public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly string _test = StreamSteps.NewTest();
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;

    private Deliveries Deliveries => Deliveries.Of(_test + "-");

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(CountingConsumerGrain.Schema);
        _silo = await StyleShareCluster.StartAsync(_database, StreamSteps.Quick);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Events_of_a_stream_come_in_the_order_in_which_they_were_raised()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(stream =>
            _silo.Committer().Raise(SimpleConsumerGrain.Namespace, _test, stream, Enumerable.Range(0, 40))));
        await StreamSteps.Until(() => Deliveries.Count >= 50 * 40, () => $"{Deliveries.Count}");
        for (var stream = 0; stream < 50; stream++)
            Assert.Equal(Enumerable.Range(0, 40), Deliveries.Of(_test, stream));
        await _database.UntilOutboxIsEmpty();
    }

    [Fact]
    public async Task An_event_that_is_committed_late_comes_though_later_ones_came_before()
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await InsertAsync(connection, number: 0);
        await _silo.Committer().Raise(SimpleConsumerGrain.Namespace, _test, 0, Enumerable.Range(1, 5));
        await StreamSteps.Until(() => Deliveries.Count == 5);
        await transaction.CommitAsync();
        await StreamSteps.Until(() => Deliveries.Count == 6);
        Assert.Equal([1, 2, 3, 4, 5, 0], Deliveries.Of(_test, 0));
        await _database.UntilOutboxIsEmpty();
    }

    [Fact]
    public async Task Events_that_nobody_told_of_are_found()
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        await InsertAsync(connection, number: 7);
        await StreamSteps.Until(() => Deliveries.Count == 1);
    }

    [Fact]
    public async Task A_delayed_event_comes_when_it_is_due_and_holds_up_none()
    {
        var change = new Change();
        var due = DateTimeOffset.UtcNow.AddSeconds(1.5);
        DateTimeOffset? came = null;
        Deliveries.Before = (_, raised) =>
        {
            if (Deliveries.NumberOf(raised) == 0)
                came = DateTimeOffset.UtcNow;
            return Task.CompletedTask;
        };
        change.Raise(StreamSteps.Event(SimpleConsumerGrain.Namespace, _test, 0, 0, due));
        change.Raise(StreamSteps.Event(SimpleConsumerGrain.Namespace, _test, 0, 9, due.AddDays(1)));
        change.Raise(StreamSteps.Event(SimpleConsumerGrain.Namespace, _test, 0, 1));
        await _silo.Committer().Commit(change);
        await StreamSteps.Until(() => Deliveries.Count == 2);
        Assert.Equal([1, 0], Deliveries.Of(_test, 0));
        Assert.True(came >= due);
        await _database.Until("SELECT count(*) FROM outbox", 1L);
    }

    [Fact]
    public async Task A_stream_that_does_not_get_on_holds_up_no_other_and_comes_to_its_end()
    {
        const int Many = 10_000;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Deliveries.Before = (key, _) => key.EndsWith("-0", StringComparison.Ordinal) ? gate.Task : Task.CompletedTask;
        for (var number = 0; number < Many; number += 1_000)
            await RaiseTogether(stream: 0, number, 1_000);

        // Streams of all partitions, among them the stuck one's.
        await Task.WhenAll(Enumerable.Range(1, 200).Select(stream =>
            _silo.Committer().Raise(SimpleConsumerGrain.Namespace, _test, stream, Enumerable.Range(0, 5))));
        await StreamSteps.Until(() => Deliveries.Count == 200 * 5, () => $"{Deliveries.Count}");
        Assert.Empty(Deliveries.Of(_test, 0));
        gate.SetResult();
        await StreamSteps.Until(() => Deliveries.Of(_test, 0).Count == Many, () => $"{Deliveries.Of(_test, 0).Count}");
        Assert.Equal(Enumerable.Range(0, Many), Deliveries.Of(_test, 0));
        await _database.UntilOutboxIsEmpty();
    }

    [Fact]
    public async Task A_poison_event_becomes_a_dead_letter_its_stream_goes_on_and_it_can_be_revived()
    {
        var poisonous = true;
        var tries = 0;
        Deliveries.Before = (_, raised) =>
        {
            if (!poisonous || Deliveries.NumberOf(raised) != 3)
                return Task.CompletedTask;
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("poison");
        };
        await RaiseTogether(stream: 0, 0, 10, CountingConsumerGrain.Namespace);
        await StreamSteps.Until(() => Deliveries.Count == 9, () => $"{Deliveries.Count}");
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9], Deliveries.Of(_test, 0));
        await _database.UntilOutboxIsEmpty();
        Assert.Equal(
            $"event|{CountingConsumerGrain.Namespace}|{_test}-0|t",
            await _database.ScalarAsync<string>(
                "SELECT concat_ws('|', source, kind, key, error LIKE '%poison%' AND tries = 8 AND jsonb_array_length(history) >= 7) FROM dead_letters"));
        Assert.InRange(tries, 8, 10);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM stream_failures"));

        poisonous = false;
        var letter = await LetterAsync();
        var change = new Change();
        Assert.Single(_silo.Services.GetServices<IDeadLetterSource>(), s => s.Source == DeadLetterSources.Event).Revive(change, letter);
        await _silo.Committer().Commit(change);
        await StreamSteps.Until(() => Deliveries.Count == 10);
        Assert.Equal(3, Deliveries.Of(_test, 0)[^1]);
        Assert.Equal(10, await _database.ScalarAsync<long>("SELECT count(*) FROM effects"));
    }

    [Fact]
    public async Task A_consumer_that_fails_for_a_while_gets_the_event_again_and_has_its_effect_once()
    {
        var failures = 0;
        Deliveries.Before = (_, _) => Interlocked.Increment(ref failures) <= 3 ? throw new TimeoutException("not yet") : Task.CompletedTask;
        await _silo.Committer().Raise(CountingConsumerGrain.Namespace, _test, 0, [1, 2]);
        await StreamSteps.Until(() => Deliveries.Count == 2);
        Assert.Equal([1, 2], Deliveries.Of(_test, 0));
        await _database.Until("SELECT count(*) FROM stream_failures", 0L);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task Events_of_streams_that_nobody_subscribes_to_are_not_kept()
    {
        await _silo.Committer().Raise("test-nobody", _test, 0, [1, 2, 3]);
        await _database.UntilOutboxIsEmpty();
    }

    private async Task RaiseTogether(int stream, int from, int count, string ns = SimpleConsumerGrain.Namespace)
    {
        var change = new Change();
        for (var number = from; number < from + count; number++)
            change.Raise(StreamSteps.Event(ns, _test, stream, number));
        await _silo.Committer().Commit(change);
    }

    private async Task InsertAsync(NpgsqlConnection connection, int number)
    {
        await using var insert = new NpgsqlCommand(
            "INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload) VALUES ($1, gen_random_uuid(), $2, $3, to_jsonb($4))", connection)
        {
            Parameters =
            {
                new() { Value = (short)Outbox.PartitionOf(SimpleConsumerGrain.Namespace, $"{_test}-0") },
                new() { Value = SimpleConsumerGrain.Namespace },
                new() { Value = $"{_test}-0" },
                new() { Value = number },
            },
        };
        await insert.ExecuteNonQueryAsync();
    }

    private async Task<DeadLetter> LetterAsync()
    {
        await using var command = _database.Source.CreateCommand("SELECT id, source, kind, key, payload::text, error, tries, created_at, died_at FROM dead_letters");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return new DeadLetter(
            reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
            reader.GetInt32(6), [], reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8));
    }
}
