using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;
using StyleShare.Tests.Photos;

namespace StyleShare.Tests.People;

public sealed class UserGrainTests : IAsyncLifetime
{
    private static readonly EditProfile NoEdit = new(null, null, null, false, null, null, null);
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

    [Fact]
    public async Task Nobody_is_found_by_a_made_up_id()
    {
        var nobody = User(Guid.NewGuid());
        Assert.Null(await nobody.Get());
        Assert.Null(await nobody.Summary());
        Assert.Null(await nobody.Me());
        Assert.False(await nobody.Uses(ClaimKeys.ForHandle("mina")));
        Assert.Equal("user_not_found", (await Assert.ThrowsAsync<Refusal>(() => nobody.Edit(NoEdit))).Code);
        await nobody.RemoveFollower(Guid.NewGuid());
        await nobody.Vanish();
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task An_edit_is_seen_by_everybody_and_survives_a_crash()
    {
        var mina = (await _silo.SignUp("mina")).User;
        var picture = PhotoRows.NewContent();
        var avatar = await _database.AddReady(mina.Id, picture);
        var edited = await User(mina.Id).Edit(
            NoEdit with { DisplayName = "미나", Bio = "Coats", AvatarPhotoId = avatar, Locale = "ko", IfVersion = mina.Version });
        Assert.Equal(mina with { DisplayName = "미나", Bio = "Coats", AvatarPhotoId = avatar, Avatar = picture, Version = 2 }, edited.User);
        Assert.Equal("ko", edited.Locale);
        Assert.Equal(edited.User, await User(mina.Id).Get());
        Assert.Equal(new UserSummary(mina.Id, "mina", "미나", picture), await User(mina.Id).Summary());

        await _silo.KillAsync();
        await using var next = await StyleShareCluster.StartAsync(_database);
        Assert.Equal(edited, await next.Grains.GetGrain<IUserGrain>(mina.Id).Me());
    }

    [Fact]
    public async Task Of_two_edits_of_one_version_the_second_is_stale()
    {
        var mina = (await _silo.SignUp("mina")).User;
        var edits = new[]
        {
            User(mina.Id).Edit(NoEdit with { Bio = "Coats", IfVersion = mina.Version }),
            User(mina.Id).Edit(NoEdit with { Bio = "Bags", IfVersion = mina.Version }),
        };
        await Task.WhenAll(edits).ContinueWith(_ => { }, TaskScheduler.Default);
        var won = await Assert.Single(edits, edit => edit.IsCompletedSuccessfully);
        var lost = Assert.IsType<Refusal>(Assert.Single(edits, edit => edit.IsFaulted).Exception!.InnerException);
        Assert.Equal((RefusalKind.Stale, "stale_version"), (lost.Kind, lost.Code));
        Assert.Equal(won.User, await User(mina.Id).Get());
    }

    [Fact]
    public async Task A_new_address_is_claimed_and_the_former_one_is_free_again()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        await User(mina).Edit(NoEdit with { Email = "Mina@new.example.com" });
        Assert.Equal("Mina@new.example.com", (await User(mina).Me())?.Email);
        Assert.NotNull(await _silo.SignIn("mina@new.example.com"));
        Assert.Equal("bad_credentials", (await Assert.ThrowsAsync<Refusal>(() => _silo.SignIn("mina@example.com"))).Code);
        Assert.Equal("juno", (await _silo.SignUp("juno", "mina@example.com")).User.Handle);
    }

    [Fact]
    public async Task An_address_of_somebody_else_is_refused_and_one_that_differs_by_case_is_ones_own()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        await _silo.SignUp("juno", "juno@example.com");
        var taken = await Assert.ThrowsAsync<Refusal>(() => User(mina).Edit(NoEdit with { Email = "JUNO@example.com" }));
        Assert.Equal("email_taken", taken.Code);
        Assert.Equal("mina@example.com", (await User(mina).Me())?.Email);
        await User(mina).Edit(NoEdit with { Email = "MINA@example.com" });
        Assert.NotNull(await _silo.SignIn("mina@example.com"));
    }

    [Fact]
    public async Task An_address_claimed_by_an_edit_that_crashed_goes_to_the_next_who_wants_it()
    {
        var mina = (await _silo.SignUp("mina", "mina@example.com")).User.Id;
        var claim = _silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForEmail("other@example.com"));
        Assert.True(await claim.Claim(mina, mina.ToString("N")));
        await Assert.ThrowsAsync<Refusal>(() => _silo.SignUp("juno", "other@example.com"));
        _silo.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("juno", (await _silo.SignUp("juno", "other@example.com")).User.Handle);
    }

    [Fact]
    public async Task Posts_are_counted_by_their_rows()
    {
        var mina = await _silo.Somebody();
        for (var i = 0; i < 3; i++)
        {
            await _database.ExecuteAsync(
                $"""
                INSERT INTO posts (id, author_id, created_at, deleted_at, likes, comments, shares, saves, version)
                VALUES ('{Guid.NewGuid()}', '{mina}', now(), {(i == 0 ? "now()" : "NULL")}, 0, 0, 0, 0, 1)
                """);
            await User(mina).RecountPosts();
            Assert.Equal(i, (await User(mina).Get())?.Posts);
        }
    }

    [Fact]
    public async Task Who_vanished_is_not_found()
    {
        var mina = (await _silo.SignUp("mina")).User.Id;
        await User(mina).Vanish();
        await User(mina).Vanish();
        Assert.Null(await User(mina).Get());
        Assert.Null(await User(mina).Summary());
        Assert.Null(await User(mina).Me());
        Assert.False(await User(mina).Uses(ClaimKeys.ForHandle("mina")));
        Assert.Equal("user_not_found", (await Assert.ThrowsAsync<Refusal>(() => User(mina).Edit(NoEdit))).Code);
    }

    private IUserGrain User(Guid id) => _silo.Grains.GetGrain<IUserGrain>(id);
}
