using Orleans.Storage;
using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

/// <summary>What the committer promises to a change.</summary>
public sealed class CommitterTests(CounterStorage counters) : IClassFixture<CounterStorage>
{
    private readonly ICommitter _committer = counters.Committer;

    [Fact]
    public async Task A_committed_change_is_stored()
    {
        var id = Guid.NewGuid();
        await _committer.Commit(Counters.First(new Counter(id, 1)));
        Assert.Equal((1, 1), await FindAsync(id));
        await _committer.Commit(Counters.Next(new Counter(id, 2), version: 1));
        Assert.Equal((2, 2), await FindAsync(id));
    }

    [Fact]
    public async Task Of_16_first_writers_of_a_fresh_key_exactly_one_wins_2000_times()
    {
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, _) =>
        {
            var id = Guid.NewGuid();
            var writers = await Task.WhenAll(Enumerable.Range(1, 16).Select(value => WinsAsync(Counters.First(new Counter(id, value)))));
            var winner = Assert.Single(Enumerable.Range(1, 16), value => writers[value - 1]);
            Assert.Equal((winner, 1), await FindAsync(id));
        });
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_the_winners_data_stands()
    {
        var id = Guid.NewGuid();
        await _committer.Commit(Counters.First(new Counter(id, 1)));
        await _committer.Commit(Counters.Next(new Counter(id, 2), version: 1));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _committer.Commit(Counters.Next(new Counter(id, 99), version: 1)));
        Assert.Equal((2, 2), await FindAsync(id));
    }

    [Fact]
    public async Task Of_writers_of_one_version_exactly_one_wins()
    {
        var id = Guid.NewGuid();
        await _committer.Commit(Counters.First(new Counter(id, 0)));
        for (var version = 1; version <= 100; version++)
        {
            var wins = await Task.WhenAll(Enumerable.Range(1, 8).Select(value => WinsAsync(Counters.Next(new Counter(id, value), version))));
            var winner = Assert.Single(Enumerable.Range(1, 8), value => wins[value - 1]);
            Assert.Equal((winner, version + 1), await FindAsync(id));
        }
    }

    [Fact]
    public async Task A_bad_change_in_a_group_fails_alone()
    {
        var ids = Enumerable.Range(0, 200).Select(_ => Guid.NewGuid()).ToArray();
        var commits = ids.Select((id, i) => _committer.Commit(Counters.First(new Counter(id, i is 77 or 130 ? -1 : i)))).ToArray();
        for (var i = 0; i < ids.Length; i++)
        {
            if (i is 77 or 130)
            {
                var refused = await Assert.ThrowsAsync<ChangeRefusedException>(() => commits[i]);
                Assert.Equal("counters_value_check", refused.Constraint);
                Assert.Equal("23514", refused.SqlState);
                Assert.Equal("counters_insert", refused.Statement);
                Assert.Null(await FindAsync(ids[i]));
            }
            else
            {
                await commits[i];
                Assert.Equal((i, 1), await FindAsync(ids[i]));
            }
        }
    }

    [Fact]
    public async Task All_rows_of_a_change_are_written_or_none()
    {
        var id = Guid.NewGuid();
        var taken = new Change();
        taken.Add(Counters.Count, new Counted(id, 3));
        await _committer.Commit(taken);

        var change = Counters.First(new Counter(id, 3));
        change.Add(Counters.Count, new Counted(id, 1));
        change.Add(Counters.Count, new Counted(id, 2));
        change.Add(Counters.Count, new Counted(id, 3));
        change.Raise(new OutboxEvent(id, "counters", id.ToString(), "{}"));
        var refused = await Assert.ThrowsAsync<ChangeRefusedException>(() => _committer.Commit(change));

        Assert.Equal("counted_pkey", refused.Constraint);
        Assert.Null(await FindAsync(id));
        Assert.Equal([3], await Counters.NumbersAsync(counters.Database.Source, id));
        Assert.Equal(0, await counters.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE id = '{id}'"));
    }

    [Fact]
    public async Task An_event_is_stored_with_the_change_that_raised_it()
    {
        var id = Guid.NewGuid();
        var change = Counters.First(new Counter(id, 1));
        change.Raise(new OutboxEvent(id, "counters", "key", """{"value": 1}""", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(9))));
        await _committer.Commit(change);
        Assert.Equal(
            "counters|key|1|2030-01-01 18:04:05",
            await counters.Database.ScalarAsync<string>(
                "SELECT concat_ws('|', stream_namespace, stream_key, payload->>'value', not_before AT TIME ZONE 'UTC') " +
                $"FROM outbox WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Rows_that_a_change_writes_again_keep_their_order()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var changes = new List<(Guid Id, HashSet<long> Expected, Task Done)>();
        for (var i = 0; i < 50; i++)
        {
            var id = Guid.NewGuid();
            var change = new Change();
            var there = new HashSet<long>();
            for (var step = 0; step < 200; step++)
            {
                var number = random.Next(20);
                if (there.Add(number))
                    change.Add(Counters.Count, new Counted(id, number));
                else if (there.Remove(number))
                    change.Add(Counters.Discount, new Counted(id, number));
            }

            changes.Add((id, there, _committer.Commit(change)));
        }

        foreach (var (id, expected, done) in changes)
        {
            await done;
            Assert.Equal(expected.Order(), await Counters.NumbersAsync(counters.Database.Source, id));
        }
    }

    [Fact]
    public async Task A_change_with_too_many_rows_is_refused()
    {
        var change = new Change();
        for (var i = 0; i <= _committer.MaxChangeRows; i++)
            change.Add(Counters.Count, new Counted(Guid.Empty, i));
        var refusal = await Assert.ThrowsAsync<Refusal>(() => _committer.Commit(change));
        Assert.Equal("change_too_large", refusal.Code);
    }

    [Fact]
    public async Task Text_that_the_database_does_not_take_fails_its_change_alone()
    {
        var names = new Statement<string>(
            "outbox_named",
            "INSERT INTO outbox (partition, id, stream_namespace, stream_key, payload) SELECT 0, gen_random_uuid(), name, name, '{}' FROM rows",
            Expect.EveryRow,
            Column.Text<string>("name", name => name));
        var prefix = Guid.NewGuid().ToString();
        string[] values = [prefix + "a", prefix + "\0", prefix + "b", prefix + "\ud800", prefix + "c"];
        var commits = values.Select(value =>
        {
            var change = new Change();
            change.Add(names, value);
            return _committer.Commit(change);
        }).ToArray();
        await commits[0];
        await Assert.ThrowsAsync<ChangeRefusedException>(() => commits[1]);
        await commits[2];
        await Assert.ThrowsAsync<ChangeRefusedException>(() => commits[3]);
        await commits[4];
        Assert.Equal(3, await counters.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE stream_key LIKE '{prefix}%'"));
    }

    private Task<(long, long)?> FindAsync(Guid id) => Counters.FindAsync(counters.Database.Source, id);

    private async Task<bool> WinsAsync(Change change)
    {
        try
        {
            await _committer.Commit(change);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
