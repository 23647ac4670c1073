using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.Requests;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

public sealed class SignInGrainTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await StyleShareCluster.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("mina")]
    [InlineData("MINA")]
    [InlineData("mina@example.com")]
    [InlineData(" Mina@Example.COM ")]
    public async Task A_login_is_a_handle_or_an_address(string login)
    {
        var mina = await _silo.SignUp("mina", "mina@example.com");
        var tokens = await _silo.SignIn(login);
        Assert.Equal(mina.User.Id, await _silo.CallerOf(tokens.AccessToken));
    }

    [Theory]
    [InlineData("mina", "wrong horse battery")]
    [InlineData("mina", "")]
    [InlineData("mina", "\ud800")]
    [InlineData("juno", AccountSteps.Password)]
    [InlineData("no such login!", AccountSteps.Password)]
    [InlineData("", AccountSteps.Password)]
    public async Task An_unknown_login_and_a_wrong_password_are_told_the_same(string login, string password)
    {
        await _silo.SignUp("mina");
        var refusal = await Assert.ThrowsAsync<Refusal>(() => _silo.SignIn(login, password));
        var expected = AccountErrors.BadCredentials();
        Assert.Equal((expected.Kind, expected.Code, expected.Message), (refusal.Kind, refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task A_refresh_token_is_spent_by_its_use()
    {
        var first = (await _silo.SignUp("mina")).Tokens;
        var second = await _silo.Refresh(first.RefreshToken);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotNull(await _silo.CallerOf(second.AccessToken));
        var third = await _silo.Refresh(second.RefreshToken);
        Assert.NotNull(await _silo.CallerOf(third.AccessToken));
    }

    [Fact]
    public async Task A_spent_refresh_token_used_again_ends_its_family_and_no_other()
    {
        var family = (await _silo.SignUp("mina")).Tokens;
        var other = await _silo.SignIn("mina");
        var next = await _silo.Refresh(family.RefreshToken);
        await Refused(family.RefreshToken);

        await Refused(next.RefreshToken);
        Assert.Null(await _silo.CallerOf(family.AccessToken));
        Assert.Null(await _silo.CallerOf(next.AccessToken));
        Assert.NotNull(await _silo.CallerOf(other.AccessToken));
        Assert.NotNull(await _silo.Refresh(other.RefreshToken));
    }

    [Fact]
    public async Task Of_two_who_spend_one_refresh_token_at_once_one_gets_through_and_the_family_ends()
    {
        var token = (await _silo.SignUp("mina")).Tokens.RefreshToken;
        var attempts = new[] { _silo.Refresh(token), _silo.Refresh(token) };
        await Task.WhenAll(attempts).ContinueWith(_ => { }, TaskScheduler.Default);
        var won = Assert.Single(attempts, attempt => attempt.IsCompletedSuccessfully);
        Assert.Equal("bad_refresh_token", Assert.IsType<Refusal>(attempts.Single(a => a.IsFaulted).Exception!.InnerException).Code);
        await Refused((await won).RefreshToken);
    }

    [Fact]
    public async Task A_made_up_refresh_token_is_refused_and_ends_nothing()
    {
        var tokens = (await _silo.SignUp("mina")).Tokens;
        Assert.True(RefreshToken.TryDecode(tokens.RefreshToken, out var real));
        await Refused("nonsense");
        await Refused(RefreshToken.New(Guid.NewGuid(), 1).Encode());
        await Refused(RefreshToken.New(real.SessionId, 1).Encode());
        await Refused(RefreshToken.New(real.SessionId, 2).Encode());
        Assert.NotNull(await _silo.Refresh(tokens.RefreshToken));
    }

    [Fact]
    public async Task A_refresh_token_expires_when_it_is_not_used_and_not_when_it_is()
    {
        var used = (await _silo.SignUp("mina")).Tokens;
        var unused = await _silo.SignIn("mina");
        _silo.Time.Advance(TimeSpan.FromDays(20));
        used = await _silo.Refresh(used.RefreshToken);
        _silo.Time.Advance(TimeSpan.FromDays(20));
        await Refused(unused.RefreshToken);
        Assert.NotNull(await _silo.Refresh(used.RefreshToken));
    }

    [Fact]
    public async Task A_revoked_session_is_refused_at_once_and_by_another_silo_with_its_next_poll()
    {
        var tokens = (await _silo.SignUp("mina")).Tokens;
        await using var other = await StyleShareCluster.StartAsync(_database);
        Assert.NotNull(await other.CallerOf(tokens.AccessToken));

        Assert.True(RefreshToken.TryDecode(tokens.RefreshToken, out var token));
        await _silo.Grains.GetGrain<ISessionGrain>(token.SessionId).Revoke();
        await _silo.Grains.GetGrain<ISessionGrain>(token.SessionId).Revoke();
        Assert.Null(await _silo.CallerOf(tokens.AccessToken));
        await other.Services.GetRequiredService<RevokedSessions>().PollAsync(TestContext.Current.CancellationToken);
        Assert.Null(await other.CallerOf(tokens.AccessToken));
        await Refused(tokens.RefreshToken);

        await using var started = await StyleShareCluster.StartAsync(_database);
        Assert.Null(await started.CallerOf(tokens.AccessToken));
    }

    [Fact]
    public async Task Ending_a_session_that_does_not_exist_does_nothing() =>
        await _silo.Grains.GetGrain<ISessionGrain>(Guid.NewGuid()).Revoke();

    [Fact]
    public async Task The_answer_to_a_refresh_is_kept_for_its_retry_and_not_in_the_clear()
    {
        var tokens = (await _silo.SignUp("mina")).Tokens;
        var key = new RequestKey("refresh-1", [.. new byte[32]]);
        var request = _silo.Grains.GetGrain<IRequestGrain>(key.Id);
        Assert.Equal(RequestState.New, (await request.Begin(key)).State);
        var next = await _silo.Refresh(tokens.RefreshToken, key);
        await request.End();

        var retry = await request.Begin(key);
        Assert.Equal(RequestState.Answered, retry.State);
        Assert.Equal(next, JsonSerializer.Deserialize(retry.Answer.AsSpan(), AccountJson.Default.Tokens));
        var stored = await _database.ScalarAsync<byte[]>("SELECT answer FROM idempotent_requests");
        Assert.DoesNotContain(next.RefreshToken, System.Text.Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_tells_no_password_and_no_token()
    {
        var tokens = (await _silo.SignUp("mina")).Tokens;
        foreach (var table in new[] { "users", "credentials", "sessions", "grain_state" })
        {
            var rows = await _database.ScalarAsync<string>($"SELECT coalesce(json_agg(t), '[]')::text FROM {table} t");
            Assert.DoesNotContain(AccountSteps.Password, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(tokens.RefreshToken, rows, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_weakly_hashed_password_is_hashed_anew_at_the_next_sign_in()
    {
        await _silo.SignUp("mina");
        var weak = await _database.ScalarAsync<string>("SELECT password_hash FROM credentials");
        await using var stronger = await StyleShareCluster.StartAsync(
            _database, [new("StyleShare:Accounts:PasswordIterations", "2")]);
        await stronger.SignIn("mina");
        Assert.NotEqual(weak, await _database.ScalarAsync<string>("SELECT password_hash FROM credentials"));
        await stronger.SignIn("mina");
    }

    private async Task Refused(string refreshToken) => Assert.Equal(
        (RefusalKind.Unauthenticated, "bad_refresh_token"),
        await Assert.ThrowsAsync<Refusal>(() => _silo.Refresh(refreshToken)) is var refusal ? (refusal.Kind, refusal.Code) : default);
}
