using Microsoft.Extensions.Options;
using StyleShare.Accounts;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

public sealed class RevokedSessionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_silo_revoked_is_seen_with_the_next_poll()
    {
        var silo = Silo();
        await silo.PollAsync(_ct);
        var session = await Revoke();
        Assert.False(silo.Contains(session));
        await silo.PollAsync(_ct);
        Assert.True(silo.Contains(session));

        var next = await Revoke();
        await silo.PollAsync(_ct);
        Assert.True(silo.Contains(next));
        Assert.False(silo.Contains(Guid.NewGuid()));
    }

    [Fact]
    public async Task A_revocation_that_commits_after_a_later_one_is_seen_too()
    {
        var silo = Silo();
        var slow = Guid.NewGuid();
        await using var connection = await database.Source.OpenConnectionAsync(_ct);
        await using var transaction = await connection.BeginTransactionAsync(_ct);
        await using var insert = connection.CreateCommand();
        insert.CommandText = $"INSERT INTO revoked_sessions (session_id) VALUES ('{slow}')";
        await insert.ExecuteNonQueryAsync(_ct);
        var quick = await Revoke();
        await silo.PollAsync(_ct);
        Assert.True(silo.Contains(quick));
        Assert.False(silo.Contains(slow));

        await transaction.CommitAsync(_ct);
        await silo.PollAsync(_ct);
        Assert.True(silo.Contains(slow));
    }

    [Fact]
    public async Task They_are_forgotten_when_their_tokens_have_expired()
    {
        var time = new FakeTime();
        var options = new AccountOptions();
        var silo = Silo(time, options);
        var old = await Revoke("clock_timestamp() - interval '1 day'");
        var young = await Revoke();
        await silo.PollAsync(_ct);
        Assert.True(silo.Contains(old));

        await silo.ForgetAsync(_ct);
        Assert.True(silo.Contains(young));
        Assert.Equal(0, await database.ScalarAsync<long>($"SELECT count(*) FROM revoked_sessions WHERE session_id = '{old}'"));
        Assert.Equal(1, await database.ScalarAsync<long>($"SELECT count(*) FROM revoked_sessions WHERE session_id = '{young}'"));

        time.Advance(options.AccessTokenLifetime + TimeSpan.FromMinutes(5));
        await silo.ForgetAsync(_ct);
        Assert.False(silo.Contains(old));
        Assert.False(silo.Contains(young));
    }

    private RevokedSessions Silo(TimeProvider? time = null, AccountOptions? options = null) =>
        new(database.Source, time ?? TimeProvider.System, Options.Create(options ?? new AccountOptions()));

    private async Task<Guid> Revoke(string at = "clock_timestamp()")
    {
        var session = Guid.NewGuid();
        await database.ExecuteAsync($"INSERT INTO revoked_sessions (session_id, revoked_at) VALUES ('{session}', {at})");
        return session;
    }
}
