using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Requests;
using StyleShare.Testing;

namespace StyleShare.Tests.Accounts;

public sealed class SignUpGrainTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;

    private SignIns SignIns => _silo.Services.GetRequiredService<SignIns>();

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

    [Fact]
    public async Task Who_signs_up_is_there_and_signed_in()
    {
        var signedUp = await _silo.SignUp("Mina.Kim", "Mina@Example.com", displayName: "미나");
        var id = signedUp.User.Id;
        Assert.Equal("mina.kim", signedUp.User.Handle);
        Assert.Equal(signedUp.User, await _silo.Grains.GetGrain<IUserGrain>(id).Get());
        Assert.Equal(
            new OwnView(signedUp.User, "Mina@example.com", "en", EmailVerified: false), await _silo.Grains.GetGrain<IUserGrain>(id).Me());
        Assert.Equal(id, await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina.kim")).Owner());
        Assert.True(await _silo.Grains.GetGrain<IAccountGrain>(id).Exists());

        var token = await _silo.Services.GetRequiredService<AccessTokens>().Validate(signedUp.Tokens.AccessToken);
        Assert.Equal(id, token?.UserId);
        Assert.Equal(900, signedUp.Tokens.ExpiresIn);
        Assert.NotNull(await SignIns.Refresh(signedUp.Tokens.RefreshToken, null));
    }

    [Fact]
    public async Task Who_was_looked_up_before_they_signed_up_is_found_after()
    {
        var id = Guid.NewGuid();
        Assert.Null(await _silo.Grains.GetGrain<IUserGrain>(id).Get());
        Assert.False(await _silo.Grains.GetGrain<IAccountGrain>(id).Exists());
        Assert.Null(await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina")).Owner());
        await _silo.SignUp("mina", id: id);
        Assert.Equal("mina", (await _silo.Grains.GetGrain<IUserGrain>(id).Get())?.Handle);
        Assert.True(await _silo.Grains.GetGrain<IAccountGrain>(id).Exists());
        Assert.Equal(id, await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina")).Owner());
    }

    [Fact]
    public async Task Of_a_hundred_who_want_one_handle_one_gets_it()
    {
        var (won, codes) = await Race(i => _silo.SignUp(i % 2 == 0 ? "mina" : "MINA", $"mina{i}@example.com"));
        Assert.Equal(99, codes.Count(code => code == "handle_taken"));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM users"));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM credentials"));
        Assert.Equal(won.User.Id, await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina")).Owner());
    }

    [Fact]
    public async Task Of_a_hundred_who_want_one_address_one_gets_it_and_the_others_handles_stay_free()
    {
        var (won, codes) = await Race(i => _silo.SignUp($"mina{i}", i % 2 == 0 ? "mina@example.com" : "Mina@EXAMPLE.com"));
        Assert.Equal(99, codes.Count(code => code == "email_taken"));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM users"));
        var free = won.User.Handle == "mina7" ? "mina8" : "mina7";
        Assert.Equal(free, (await _silo.SignUp(free)).User.Handle);
    }

    [Fact]
    public async Task A_handle_left_behind_by_a_crash_goes_to_the_retry_at_once_and_to_others_soon()
    {
        var claim = _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina"));
        Assert.True(await claim.Claim(Guid.NewGuid(), "attempt"));
        Assert.Equal("handle_taken", (await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("mina"))).Code);
        Assert.True(await claim.Claim(Guid.NewGuid(), "attempt"));

        _silo.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("mina", (await _silo.SignUp("mina")).User.Handle);
    }

    [Fact]
    public async Task A_handle_in_use_is_never_taken_over()
    {
        var mina = await _silo.SignUp("mina");
        _silo.Time.Advance(TimeSpan.FromDays(365));
        Assert.Equal("handle_taken", (await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("mina"))).Code);
        var claim = _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina"));
        Assert.False(await claim.Claim(Guid.NewGuid(), mina.User.Id.ToString("N")));
    }

    [Fact]
    public async Task A_claim_that_lost_its_owner_is_restored_by_the_next_who_wants_it()
    {
        // As after a sign-up whose claim was taken over while it hung, and which committed after all.
        var mina = await _silo.SignUp("mina", "mina@example.com");
        var claim = _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina"));
        await claim.Release(mina.User.Id);

        Assert.Equal("handle_taken", (await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("mina"))).Code);
        Assert.Equal(mina.User.Id, await claim.Owner());
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task A_second_account_under_one_id_is_refused_and_the_first_stands()
    {
        var mina = await _silo.SignUp("mina");
        var again = await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("juno", id: mina.User.Id));
        Assert.Equal("account_exists", again.Code);
        Assert.Equal("mina", (await _silo.Grains.GetGrain<IUserGrain>(mina.User.Id).Get())?.Handle);
    }

    [Fact]
    public async Task Two_sign_ups_under_one_id_at_once_leave_one_account_that_has_its_names()
    {
        var id = Guid.NewGuid();
        var attempts = new[] { _silo.SignUp("mina", "mina@example.com", id: id), _silo.SignUp("mina", "mina@example.com", id: id) };
        await Task.WhenAll(attempts).ContinueWith(_ => { }, TaskScheduler.Default);
        await Assert.Single(attempts, attempt => attempt.IsCompletedSuccessfully);
        Assert.Equal(id, await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle("mina")).Owner());
        Assert.Equal(id, await _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForEmail("mina@example.com")).Owner());
    }

    [Fact]
    public async Task The_answer_to_a_sign_up_is_kept_for_its_retry()
    {
        var key = new RequestKey("sign-up-1", [.. new byte[32]]);
        var request = _silo.Grains.GetGrain<IRequestGrain>(key.Id);
        Assert.Equal(RequestState.New, (await request.Begin(key)).State);
        var mina = await _silo.SignUp("mina", request: key);
        await _silo.KillAsync();

        await using var next = await StyleShareCluster.StartAsync(_database);
        var retry = await next.Grains.GetGrain<IRequestGrain>(key.Id).Begin(key);
        Assert.Equal(RequestState.Answered, retry.State);
        Assert.Equal(mina, JsonSerializer.Deserialize(retry.Answer.AsSpan(), AccountJson.Default.SignedUp));
    }

    [Fact]
    public async Task A_taken_address_gives_the_handle_back_at_once()
    {
        await _silo.SignUp("mina", "mina@example.com");
        Assert.Equal("email_taken", (await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("juno", "mina@example.com"))).Code);
        Assert.Equal("juno", (await _silo.SignUp("juno")).User.Handle);
    }

    [Fact]
    public async Task Everything_is_there_after_a_crash()
    {
        var mina = await _silo.SignUp("mina", "mina@example.com");
        await _silo.KillAsync();
        await using var next = await StyleShareCluster.StartAsync(_database);
        Assert.Equal(mina.User, await next.Grains.GetGrain<IUserGrain>(mina.User.Id).Get());
        Assert.NotNull(await next.SignIn("MINA@example.com"));
        Assert.NotNull(await next.Services.GetRequiredService<AccessTokens>().Validate(mina.Tokens.AccessToken));
        Assert.Equal("handle_taken", (await Assert.ThrowsAsync<Refusal>(() => next.SignUp("mina"))).Code);
    }

    private static async Task<(SignedUp Won, List<string> Codes)> Race(Func<int, Task<SignedUp>> signUp)
    {
        var tasks = Enumerable.Range(0, 100).Select(signUp).ToArray();
        var won = new List<SignedUp>();
        var codes = new List<string>();
        foreach (var task in tasks)
        {
            try
            {
                won.Add(await task);
            }
            catch (Refusal e)
            {
                codes.Add(e.Code);
            }
        }

        return (Assert.Single(won), codes);
    }
}
