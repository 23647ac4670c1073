using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using StyleShare.Requests;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Requests;

public sealed class RequestGrainTests(RequestSilo silo) : IClassFixture<RequestSilo>
{
    private readonly RequestKey _key = new(Guid.NewGuid().ToString(), [1, 2, 3]);

    private IRequestGrain Grain => silo.Cluster.Grains.GetGrain<IRequestGrain>(_key.Id);

    private ICommitter Committer => silo.Cluster.Services.GetRequiredService<ICommitter>();

    [Fact]
    public async Task Of_a_hundred_same_requests_at_once_one_goes_on()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => (await Grain.Begin(_key)).State));
        Assert.Single(states, RequestState.New);
        Assert.Equal(99, states.Count(state => state == RequestState.Running));
    }

    [Fact]
    public async Task A_request_that_was_answered_gets_the_first_answer_again()
    {
        await Grain.Begin(_key);
        await AnswerAsync("first");
        await Grain.End();
        for (var i = 0; i < 3; i++)
        {
            var again = await Grain.Begin(_key);
            Assert.Equal((RequestState.Answered, "first"), (again.State, Encoding.UTF8.GetString(again.Answer.AsSpan())));
        }
    }

    [Fact]
    public async Task The_same_key_on_another_request_is_seen_while_the_first_runs_and_afterwards()
    {
        var other = _key with { Fingerprint = [9] };
        await Grain.Begin(_key);
        Assert.Equal(RequestState.Reused, (await Grain.Begin(other)).State);
        await AnswerAsync("first");
        await Grain.End();
        Assert.Equal(RequestState.Reused, (await Grain.Begin(other)).State);
    }

    [Fact]
    public async Task A_request_that_ended_without_an_answer_may_be_tried_again()
    {
        await Grain.Begin(_key);
        await Grain.End();
        Assert.Equal(RequestState.New, (await Grain.Begin(_key)).State);
    }

    [Fact]
    public async Task The_key_of_a_caller_that_died_is_free_again_after_the_limit()
    {
        await using var impatient = await StyleShareCluster.StartAsync(
            silo.Database, [new("StyleShare:Requests:RunningLimit", "00:00:00.050")]);
        var grain = impatient.Grains.GetGrain<IRequestGrain>(_key.Id);
        Assert.Equal(RequestState.New, (await grain.Begin(_key)).State);
        while ((await grain.Begin(_key)).State is var state && state != RequestState.New)
            Assert.Equal(RequestState.Running, state);
    }

    [Fact]
    public async Task A_second_answer_is_refused_and_the_first_one_stands()
    {
        await AnswerAsync("first");
        await Assert.ThrowsAsync<InconsistentStateException>(() => AnswerAsync("second"));
        Assert.Equal("first", Encoding.UTF8.GetString((await Grain.Begin(_key)).Answer.AsSpan()));
    }

    [Fact]
    public async Task A_refusal_is_an_answer_too()
    {
        await Grain.Begin(_key);
        await Grain.Refused(_key, [.. "refused"u8]);
        await Grain.End();
        var again = await Grain.Begin(_key);
        Assert.Equal((RequestState.Answered, "refused"), (again.State, Encoding.UTF8.GetString(again.Answer.AsSpan())));
    }

    [Fact]
    public async Task An_answer_survives_the_silo_and_is_read_by_another_one()
    {
        await AnswerAsync("kept");
        await using var other = await StyleShareCluster.StartAsync(silo.Database);
        var again = await other.Grains.GetGrain<IRequestGrain>(_key.Id).Begin(_key);
        Assert.Equal((RequestState.Answered, "kept"), (again.State, Encoding.UTF8.GetString(again.Answer.AsSpan())));
    }

    [Fact]
    public async Task The_database_holds_neither_answer_nor_fingerprint_in_the_clear()
    {
        var key = _key with { Fingerprint = [.. "fingerprint-of-a-password"u8] };
        var change = new Change();
        change.Answer(key, "a-secret-token"u8.ToArray());
        await Committer.Commit(change);
        var stored = Encoding.Latin1.GetString(await silo.Database.ScalarAsync<byte[]>(
            $"SELECT answer FROM idempotent_requests WHERE id = '{key.Id}'"));
        Assert.DoesNotContain("token", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("password", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_outcome_was_unknown_a_retry_gets_the_stored_answer()
    {
        await using var proxy = new PostgresProxy(silo.Database.ConnectionString);
        await using var storage = await TestStorage.StartAsync(proxy.ConnectionString, options =>
        {
            options.Lanes = 1;
            options.MaxOutcomeWait = TimeSpan.FromMilliseconds(200);
        });
        var warm = new Change();
        warm.Answer(new RequestKey(Guid.NewGuid().ToString(), [1]), [1]);
        await storage.Committer.Commit(warm);

        Assert.Equal(RequestState.New, (await Grain.Begin(_key)).State);
        var change = new Change();
        change.Answer(_key, "committed"u8.ToArray());
        proxy.IsClosed = true;
        _ = proxy.LoseNextAnswer();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => storage.Committer.Commit(change));
        await Grain.End();

        var again = await Grain.Begin(_key);
        Assert.Equal((RequestState.Answered, "committed"), (again.State, Encoding.UTF8.GetString(again.Answer.AsSpan())));
        proxy.IsClosed = false;
    }

    private Task AnswerAsync(string answer)
    {
        var change = new Change();
        change.Answer(_key, Encoding.UTF8.GetBytes(answer));
        return Committer.Commit(change);
    }
}

/// <summary>A silo on a database.</summary>
public sealed class RequestSilo : IAsyncLifetime
{
    public TestDatabase Database { get; } = new();

    public StyleShareCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Cluster = await StyleShareCluster.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Database.DisposeAsync();
    }
}
