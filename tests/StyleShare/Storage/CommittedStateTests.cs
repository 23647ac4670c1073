using System.Text.Json.Serialization.Metadata;
using Npgsql;
using Orleans.Storage;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

/// <summary>What a grain's state promises, on a scheduler that runs one thing at a time as a grain's does.</summary>
[Trait("Pooler", "transaction")]
public sealed class CommittedStateTests(CounterStorage counters) : IClassFixture<CounterStorage>
{
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly Guid _id = Guid.NewGuid();
    private Exception? _failure;

    [Fact]
    public Task Many_decisions_go_in_two_commits_and_each_is_answered_after_its_own() => InTurns(async () =>
    {
        var state = Empty();
        var answered = Enumerable.Range(1, 10_000).Select(number => CountAsync(state, number)).ToArray();
        await Task.WhenAll(answered);

        // The first one went at once and alone, all others were decided while it was under way.
        Assert.Equal(2, state.CommittedVersion);
        Assert.Equal(1, answered[0].Result);
        Assert.All(answered[1..], seen => Assert.Equal(10_000, seen.Result));
        Assert.Equal((10_000, 2), await FindAsync());
        Assert.Equal(10_000, (await Counters.NumbersAsync(counters.Database.Source, _id)).Count);
    });

    [Fact]
    public Task Readers_see_nothing_that_is_not_committed() => InTurns(async () =>
    {
        var state = Empty();
        await CountAsync(state, 1);
        Task<long> pending;
        await using (await LockAsync())
        {
            pending = CountAsync(state, 2);
            Assert.Equal(2, state.Working!.Value);
            Assert.Equal((1, 1), (state.Committed!.Value, state.CommittedVersion));
            Assert.Equal((1, 1), await FindAsync());
            Assert.False(pending.IsCompleted);
        }

        await pending;
        Assert.Equal((2, 2), (state.Committed!.Value, state.CommittedVersion));
    });

    [Fact]
    public Task A_decision_to_do_nothing_waits_for_what_it_was_made_upon() => InTurns(async () =>
    {
        var state = Empty();
        Assert.True(state.Commit(Decision<Counter, long>.Nothing(new Counter(_id, 0))).IsCompletedSuccessfully);
        Task<long> counted, collected;
        Task nothing, nothingMore;
        await using (await LockAsync())
        {
            counted = CountAsync(state, 1);
            nothing = state.Commit(Decision<Counter, long>.Nothing(state.Working!));
            collected = CountAsync(state, 2);
            nothingMore = state.Commit(Decision<Counter, long>.Nothing(state.Working!));
            Assert.False(nothing.IsCompleted);
        }

        await nothing;
        Assert.True(state.CommittedVersion >= 1);
        await nothingMore;
        Assert.Equal(2, state.CommittedVersion);
        await Task.WhenAll(counted, collected);
    });

    [Fact]
    public Task That_nothing_is_to_be_done_is_no_answer_of_a_second_activation() => InTurns(async () =>
    {
        var first = Empty();
        await CountAsync(first, 1);
        var second = Create();
        second.Load(first.Committed, first.CommittedVersion);
        await second.Commit(Decision<Counter, long>.Nothing(second.Working!));
        await CountAsync(first, 2);

        var key = new RequestKey(Guid.NewGuid().ToString("n"), [1, 2, 3]);
        await Assert.ThrowsAsync<InconsistentStateException>(() => second.Commit(Decision<Counter, long>.Nothing(second.Working!)));
        Assert.IsType<InconsistentStateException>(_failure);
        var third = Create();
        third.Load(new Counter(_id, 1), 1);
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => third.Commit(Decision<Counter, long>.Nothing(third.Working!), key, "nothing", AnswerType));
        Assert.Equal(0, await AnswersAsync(key));
        Assert.Equal((2, 2), await FindAsync());
    });

    [Fact]
    public Task When_a_commit_fails_all_that_was_decided_on_it_fails_and_nothing_of_it_shows() => InTurns(async () =>
    {
        var state = Empty();
        await CountAsync(state, 1);
        Task<long>[] failing;
        await using (await LockAsync())
        {
            // A second activation has been there.
            failing = [CountAsync(state, 1), CountAsync(state, 2), CountAsync(state, 3)];
        }

        foreach (var failed in failing)
            await Assert.ThrowsAsync<ChangeRefusedException>(() => failed);
        Assert.IsType<ChangeRefusedException>(_failure);
        Assert.Equal((1, 1), (state.Committed!.Value, state.CommittedVersion));
        Assert.Throws<InconsistentStateException>(() => state.Working);
        await Assert.ThrowsAsync<InconsistentStateException>(() => state.Commit(new Decision<Counter, long>(new Counter(_id, 9), [9])));
        Assert.Equal((1, 1), await FindAsync());
        Assert.Equal([1], await Counters.NumbersAsync(counters.Database.Source, _id));

        var next = Create();
        next.Load(new Counter(_id, 1), 1);
        await CountAsync(next, 2);
        Assert.Equal((2, 2), await FindAsync());
    });

    [Fact]
    public Task A_second_activation_is_found_stale_and_reloads() => InTurns(async () =>
    {
        var first = Empty();
        var second = Empty();
        await CountAsync(first, 1);
        await Assert.ThrowsAsync<InconsistentStateException>(() => CountAsync(second, 7));
        Assert.IsType<InconsistentStateException>(_failure);
        await CountAsync(first, 2);
        Assert.Equal((2, 2), await FindAsync());
        Assert.Equal([1, 2], await Counters.NumbersAsync(counters.Database.Source, _id));
    });

    [Fact]
    public Task State_rows_and_answer_are_stored_together_or_not_at_all() => InTurns(async () =>
    {
        var key = new RequestKey(Guid.NewGuid().ToString(), [1, 2, 3]);
        var state = Empty();
        await state.Commit(Decide(state, 1), key, "done", AnswerType);
        Assert.Equal(1, await AnswersAsync(key));
        await Assert.ThrowsAsync<InconsistentStateException>(() => state.Commit(Decide(state, 2), key, "again", AnswerType));
        Assert.Equal((1, 1), await FindAsync());
        Assert.Equal([1], await Counters.NumbersAsync(counters.Database.Source, _id));
        Assert.Equal(1, await AnswersAsync(key));
    });

    [Fact]
    public Task An_answer_is_stored_though_nothing_is_to_be_done() => InTurns(async () =>
    {
        var key = new RequestKey(Guid.NewGuid().ToString(), [1]);
        var state = Empty();
        await CountAsync(state, 1);
        await state.Commit(Decision<Counter, long>.Nothing(state.Working!), key, "nothing", AnswerType);
        Assert.Equal(1, await AnswersAsync(key));
        Assert.Equal((1, 1), await FindAsync());
        Assert.Equal(1, state.CommittedVersion);
    });

    [Fact]
    public Task A_fact_that_cannot_be_written_fails_its_decision_and_not_the_commit_under_way() => InTurns(async () =>
    {
        var state = new CommittedState<Counter, long>(
            counters.Committer,
            Counters.Table,
            (change, number) => change.Add(Counters.Count, number < 3 ? new Counted(_id, number) : throw new FormatException()),
            e => _failure = e);
        state.Load(null, 0);
        var first = CountAsync(state, 1);
        var second = CountAsync(state, 2);
        Assert.Throws<FormatException>(() => { _ = state.Commit(Decide(state, 3)); });
        await first;
        await Assert.ThrowsAsync<FormatException>(() => second);
        Assert.Equal((1, 1), await FindAsync());
        Assert.IsType<FormatException>(_failure);
    });

    private static JsonTypeInfo<string> AnswerType { get; } =
        (JsonTypeInfo<string>)System.Text.Json.JsonSerializerOptions.Web.GetTypeInfo(typeof(string));

    private CommittedState<Counter, long> Create() => new(
        counters.Committer,
        Counters.Table,
        (change, number) => change.Add(Counters.Count, new Counted(_id, number)),
        e => _failure = e);

    private CommittedState<Counter, long> Empty()
    {
        var state = Create();
        state.Load(null, 0);
        return state;
    }

    private Decision<Counter, long> Decide(CommittedState<Counter, long> state, long number) =>
        new(new Counter(_id, (state.Working?.Value ?? 0) + 1), [number]);

    /// <summary>Counts a number, and says what a reader sees when the counting is answered.</summary>
    private async Task<long> CountAsync(CommittedState<Counter, long> state, long number)
    {
        await state.Commit(Decide(state, number));
        return state.Committed!.Value;
    }

    private Task<(long, long)?> FindAsync() => Counters.FindAsync(counters.Database.Source, _id);

    private Task<long> AnswersAsync(RequestKey key) =>
        counters.Database.ScalarAsync<long>($"SELECT count(*) FROM idempotent_requests WHERE id = '{key.Id}'");

    /// <summary>Keeps everybody from writing counters until it is disposed of.</summary>
    private async Task<IAsyncDisposable> LockAsync()
    {
        var connection = await counters.Database.Source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var block = new NpgsqlCommand("LOCK TABLE counters IN SHARE MODE", connection, transaction);
        await block.ExecuteNonQueryAsync();
        return connection;
    }

    private Task InTurns(Func<Task> test) =>
        Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns).Unwrap();
}
