using StyleShare.Storage;

namespace StyleShare.Tests.Storage;

/// <summary>The set has a database of its own here: a hash set that is read a while after it was asked.</summary>
[Trait("Pooler", "transaction")]
public sealed class KnownMembersTests
{
    private static readonly KnownMembersLimits Small = new() { Loaded = 4, Complete = 6, Cached = 8, Batch = 3, Waiting = 20 };
    private static readonly Guid[] People = [.. Enumerable.Range(1, 40).Select(i => new Guid(i, 0, 0, new byte[8]))];

    private readonly HashSet<Guid> _stored = [];
    private readonly List<(Guid[] Asked, TaskCompletionSource Go)> _queries = [];
    private bool _answersAtOnce;

    [Fact]
    public void A_small_set_is_known_as_a_whole()
    {
        var set = Loaded(People[..4]);
        Assert.True(set.IsComplete);
        Assert.True(set.IsMember(People[3]));
        Assert.False(set.IsMember(People[4]));
    }

    [Fact]
    public void A_set_of_which_nothing_was_loaded_yet_knows_nothing() =>
        Assert.Null(new KnownMembers(Query, limits: Small).IsMember(People[0]));

    [Fact]
    public async Task A_small_set_stays_known_while_it_grows_up_to_its_limit()
    {
        var set = Loaded([]);
        for (var i = 0; i < 7; i++)
        {
            Assert.True(set.IsComplete);
            await set.Change(People[i], true, Commit(true));
        }

        Assert.False(set.IsComplete);
        Assert.True(set.IsMember(People[2]));
        Assert.Null(set.IsMember(People[20]));
        Assert.Empty(_queries);
    }

    [Fact]
    public async Task Members_of_a_large_set_are_asked_of_the_database_once()
    {
        _answersAtOnce = true;
        var set = Loaded(People[..5]);
        _stored.Add(People[9]);
        Assert.Null(set.IsMember(People[9]));
        Assert.True(await set.Find(People[9]));
        Assert.False(await set.Find(People[10]));
        Assert.True(set.IsMember(People[9]));
        Assert.False(set.IsMember(People[10]));
        Assert.Equal(2, _queries.Count);
    }

    [Fact]
    public async Task All_who_wait_are_asked_together_in_batches()
    {
        var set = Loaded(People[..5]);
        _stored.UnionWith(People[..15]);
        var asked = People[10..20].Concat(People[10..20]).Select(id => set.Find(id).AsTask()).ToArray();
        await AnswerAll();
        var answers = await Task.WhenAll(asked);
        Assert.Equal(Enumerable.Range(10, 10).Concat(Enumerable.Range(10, 10)).Select(i => i < 15), answers);
        Assert.Equal([1, 3, 3, 3], _queries.Select(query => query.Asked.Length));
    }

    [Fact]
    public async Task Too_many_who_wait_are_refused()
    {
        var set = Loaded(People[..5]);
        var asked = People[6..26].Select(id => set.Find(id).AsTask()).ToArray();
        var refusal = await Assert.ThrowsAsync<Refusal>(() => set.Find(People[30]).AsTask());
        Assert.Equal(RefusalKind.Unavailable, refusal.Kind);
        await AnswerAll();
        Assert.DoesNotContain(true, await Task.WhenAll(asked));
        var later = set.Find(People[30]).AsTask();
        await AnswerAll();
        Assert.False(await later);
    }

    [Fact]
    public async Task What_is_kept_of_a_large_set_is_bounded()
    {
        _answersAtOnce = true;
        var set = Loaded(People[..5]);
        foreach (var id in People)
            await set.Find(id);
        Assert.True(People.Count(id => set.IsMember(id) is not null) <= Small.Cached);
    }

    [Fact]
    public async Task The_same_change_at_once_is_committed_once()
    {
        var set = Loaded([]);
        var commit = new TaskCompletionSource();
        var commits = 0;
        var changes = Enumerable.Range(0, 100).Select(_ => set.Change(People[0], true, _ => (++commits, commit.Task).Task)).ToArray();
        Assert.False(set.IsMember(People[0]));
        commit.SetResult();
        await Task.WhenAll(changes);
        Assert.Equal(1, commits);
        Assert.True(set.IsMember(People[0]));
        Assert.True(set.Change(People[0], true, _ => throw new InvalidOperationException()).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_change_back_starts_when_the_first_is_done()
    {
        var set = Loaded([]);
        var joins = new TaskCompletionSource();
        var leaves = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var joined = set.Change(People[0], true, _ => joins.Task);
        var left = set.Change(People[0], false, _ =>
        {
            begun.SetResult();
            return leaves.Task;
        });
        Assert.False(begun.Task.IsCompleted);
        joins.SetResult();
        await joined;
        await begun.Task;
        Assert.True(set.IsMember(People[0]));
        Assert.False(left.IsCompleted);
        leaves.SetResult();
        await left;
        Assert.False(set.IsMember(People[0]));
    }

    [Fact]
    public async Task After_a_failed_commit_the_member_is_asked_anew()
    {
        var set = Loaded([]);
        await Assert.ThrowsAsync<TimeoutException>(() => set.Change(People[0], true, _ => Task.FromException(new TimeoutException())));
        Assert.Null(set.IsMember(People[0]));
        _stored.Add(People[0]);
        _answersAtOnce = true;
        Assert.True(await set.Find(People[0]));
    }

    [Fact]
    public async Task A_refused_change_changes_nothing()
    {
        var set = Loaded([]);
        await Assert.ThrowsAsync<Refusal>(async () =>
            await set.Change(People[0], true, _ => throw new Refusal(RefusalKind.NotFound, "gone", "Gone.")));
        Assert.False(set.IsMember(People[0]));
    }

    [Fact]
    public async Task A_query_that_fails_fails_those_who_wait_and_the_next_asks_again()
    {
        var set = Loaded(People[..5]);
        var asked = set.Find(People[9]).AsTask();
        _queries[0].Go.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => asked);
        var again = set.Find(People[9]).AsTask();
        await AnswerAll();
        Assert.False(await again);
    }

    [Fact]
    public async Task Random_changes_and_questions_agree_with_a_plain_set()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            _stored.Clear();
            _queries.Clear();
            _answersAtOnce = random.Next(2) == 0;
            _stored.UnionWith(People.Where(_ => random.Next(4) == 0));
            var set = Loaded([.. _stored.Take(5)]);
            for (var step = 0; step < 100; step++)
            {
                var id = random.GetItems(People, 1)[0];
                var member = random.Next(2) == 0;
                var change = random.Next(2) == 0 ? set.Change(id, member, Commit(member)) : null;
                var find = change is null ? set.Find(id).AsTask() : null;
                await AnswerAll();
                if (change is not null)
                    await change;
                if (find is not null)
                    Assert.Equal(_stored.Contains(id), await find);
                else
                    Assert.Equal(member, _stored.Contains(id));
                Assert.True(set.IsMember(id) is not { } known || known == _stored.Contains(id), $"seed {seed}");
            }
        }
    }

    [Fact]
    public async Task What_is_known_to_be_so_is_confirmed_before_anybody_is_told()
    {
        var confirmation = new TaskCompletionSource();
        var set = new KnownMembers(Query, () => confirmation.Task, Small);
        set.Load([People[0]]);
        var told = set.Change(People[0], member: true, Commit(member: true));
        Assert.Same(confirmation.Task, told);
        confirmation.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => told);
    }

    private KnownMembers Loaded(Guid[] members)
    {
        var set = new KnownMembers(Query, limits: Small);
        set.Load(members);
        _stored.UnionWith(members);
        return set;
    }

    private Func<Guid, Task> Commit(bool member) => id =>
    {
        Assert.True(member ? _stored.Add(id) : _stored.Remove(id), "A change that is none was committed.");
        return Task.CompletedTask;
    };

    private async Task<IReadOnlyCollection<Guid>> Query(Guid[] ids)
    {
        var go = new TaskCompletionSource();
        _queries.Add((ids, go));
        if (!_answersAtOnce)
            await go.Task;
        return [.. ids.Where(_stored.Contains)];
    }

    private Task AnswerAll()
    {
        // The next query is asked while the one before is answered.
        for (var i = 0; i < _queries.Count; i++)
            _queries[i].Go.TrySetResult();
        return Task.CompletedTask;
    }
}
