using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Testing;
using StyleShare.Tests.Photos;

namespace StyleShare.Tests.Accounts;

public sealed class ErasureTests : IAsyncLifetime
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private TestDatabase _database = null!;
    private StyleShareCluster _silo = null!;
    private SignedUp _mina = null!;
    private SignedUp _juno = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await Start(erasing: false);
        _mina = await _silo.SignUp("mina", "mina@example.com", "Mina Kim");
        _juno = await _silo.SignUp("juno", "juno@example.com");
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Who_erased_themselves_is_gone_at_once()
    {
        await _silo.DisposeAsync();
        await using var silo = await Start(erasing: false);
        var account = silo.Grains.GetGrain<IAccountGrain>(_mina.User.Id);
        var other = await silo.SignIn("mina");
        await account.Erase();
        await account.Erase();
        Assert.False(await account.Exists());
        Assert.Null(await silo.Grains.GetGrain<IUserGrain>(_mina.User.Id).Get());
        Assert.Null(await silo.CallerOf(_mina.Tokens.AccessToken));
        Assert.Null(await silo.CallerOf(other.AccessToken));
        await Assert.ThrowsAsync<Refusal>(() => silo.Refresh(_mina.Tokens.RefreshToken));
        Assert.Equal("bad_credentials", (await Assert.ThrowsAsync<Refusal>(() => silo.SignIn("mina"))).Code);
        var juno = silo.Grains.GetGrain<IFollowingGrain>(_juno.User.Id);
        Assert.Equal("user_not_found", (await Assert.ThrowsAsync<Refusal>(() => juno.Follow(_mina.User.Id))).Code);
    }

    [Fact]
    public async Task Nothing_of_them_is_left_and_what_they_touched_is_counted_right()
    {
        // Alone: another silo would deliver what they caused to grains of its own, and be in the eraser's way.
        await _silo.DisposeAsync();
        await using var silo = await Start(erasing: false);
        await LeaveTraces(silo);
        await silo.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();
        await silo.Services.GetRequiredService<AccountEraser>().Erase(_mina.User.Id, _ct);
        await NothingIsLeft();
        await CountsAgree();

        // Their names are anybody's again.
        var next = await silo.SignUp("mina", "mina@example.com");
        Assert.NotEqual(_mina.User.Id, next.User.Id);
        Assert.Equal(next.User.Id, await silo.CallerOf((await silo.SignIn("mina")).AccessToken));
    }

    [Fact]
    public async Task Erasing_starts_by_itself()
    {
        await LeaveTraces(_silo);
        await _silo.DisposeAsync();
        await using var silo = await Start();
        await silo.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();
        await Eventually(async () =>
            await _database.ScalarAsync<long>("SELECT count(*) FROM credentials WHERE erased_at IS NOT NULL") == 1);
        await NothingIsLeft();
    }

    [Fact]
    public async Task Erasing_goes_on_after_it_was_cut_off_anywhere()
    {
        await LeaveTraces(_silo);
        await _silo.DisposeAsync();
        await using (var asked = await Start(erasing: false))
            await asked.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();

        // One call further each time, until none is left to cut off.
        for (var calls = 0; ; calls++)
        {
            Assert.True(calls < 100, "Erasing never ends.");
            var cut = new CutOff(calls);
            await using var silo = await Start(erasing: false, cut);
            var erasing = silo.Services.GetRequiredService<AccountEraser>().Erase(_mina.User.Id, _ct);
            await erasing.ContinueWith(_ => { }, TaskScheduler.Default);
            await silo.KillAsync();
            if (!cut.Happened)
            {
                await erasing;
                Assert.InRange(calls, 6, 99);
                break;
            }
        }

        await NothingIsLeft();
        await CountsAgree();
    }

    [Fact]
    public async Task Erasing_that_a_dead_silo_left_behind_is_found_by_another()
    {
        await LeaveTraces(_silo);
        await _silo.DisposeAsync();
        await using (var asked = await Start(erasing: false))
        {
            await asked.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();
            await asked.KillAsync();
        }

        await using var silo = await Start();
        await Eventually(async () =>
            await _database.ScalarAsync<long>("SELECT count(*) FROM credentials WHERE erased_at IS NOT NULL") == 1);
        await NothingIsLeft();
    }

    [Fact]
    public async Task Erasing_that_a_stop_cuts_off_goes_on_on_the_next_silo()
    {
        await LeaveTraces(_silo);
        await _silo.DisposeAsync();
        var held = new HeldUp(calls: 12);
        var silo = await Start(filter: held);

        // The job starts with the commit, while the account still hides the person: either may be held up first.
        var asked = silo.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();
        await held.Reached.Task.WaitAsync(_ct);
        await Eventually(async () => await Count("jobs WHERE kind = 'erase-account' AND worker IS NOT NULL") == 1);
        var stopping = silo.DisposeAsync();

        // Given back at once and uncounted, though the handler hangs.
        await Eventually(async () => await Count("jobs WHERE kind = 'erase-account' AND worker IS NULL AND tries = 0") == 1);
        held.Released.SetResult();
        await stopping;
        await asked.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(0, await Count("credentials WHERE erased_at IS NOT NULL"));

        await using var next = await Start();
        await Eventually(async () => await Count("credentials WHERE erased_at IS NOT NULL") == 1);
        await NothingIsLeft();
        await CountsAgree();
        await Eventually(async () => await Count("jobs WHERE kind = 'erase-account'") == 0);
    }

    [Fact]
    public async Task Two_silos_may_erase_one_person_at_once()
    {
        await LeaveTraces(_silo);
        await _silo.DisposeAsync();
        await using var silo = await Start(erasing: false);
        await silo.Grains.GetGrain<IAccountGrain>(_mina.User.Id).Erase();
        var eraser = silo.Services.GetRequiredService<AccountEraser>();
        await Task.WhenAll(eraser.Erase(_mina.User.Id, _ct), eraser.Erase(_mina.User.Id, _ct));
        await NothingIsLeft();
        await CountsAgree();
    }

    private async Task LeaveTraces(StyleShareCluster silo)
    {
        var (mina, juno) = (_mina.User, _juno.User);
        var ids = silo.Services.GetRequiredService<Ids>();
        var own = silo.Grains.GetGrain<IPostGrain>(ids.Next());
        var photo = await _database.AddReady(mina.Id, PhotoRows.NewContent());
        await own.Publish(new PublishPost(mina.Summary, "My coat", [photo], [], null));
        await own.Comment(new AddComment(juno.Summary, "Nice", null));
        for (var i = 0; i < 7; i++)
        {
            var post = silo.Grains.GetGrain<IPostGrain>(ids.Next());
            await post.Publish(new PublishPost(juno.Summary, "Coats", [], [], null));
            await post.Like(mina.Id);
            await post.Like(juno.Id);
            await post.Save(mina.Id);
            await post.Comment(new AddComment(mina.Summary, "Mina Kim was here", null));
            await post.Comment(new AddComment(juno.Summary, "So was I", null));
            if (i == 0)
                await post.Delete(juno.Id);
        }

        await silo.Grains.GetGrain<IFollowingGrain>(mina.Id).Follow(juno.Id);
        await silo.Grains.GetGrain<IFollowingGrain>(juno.Id).Follow(mina.Id);
        await silo.SignIn("mina");
        await silo.Grains.GetGrain<IUserGrain>(mina.Id).Edit(
            new EditProfile("Mina Kim", "I am Mina Kim", await _database.AddAwaiting(mina.Id), false, "ko", null, null));
    }

    private async Task NothingIsLeft()
    {
        var id = _mina.User.Id;
        Assert.Equal(0, await Count($"likes WHERE user_id = '{id}'"));
        Assert.Equal(0, await Count($"saves WHERE user_id = '{id}'"));
        Assert.Equal(0, await Count($"comments WHERE author_id = '{id}' AND deleted_at IS NULL"));
        Assert.Equal(0, await Count($"posts WHERE author_id = '{id}' AND deleted_at IS NULL"));
        Assert.Equal(0, await Count($"follows WHERE follower_id = '{id}' OR followee_id = '{id}'"));
        Assert.Equal(0, await Count($"sessions WHERE user_id = '{id}'"));
        Assert.Equal(0, await Count("photos"));
        Assert.Equal(0, await Count("photo_uses"));
        Assert.Equal(1, await Count($"credentials WHERE user_id = '{id}' AND password_hash = '' AND erased_at IS NOT NULL"));
        Assert.Equal(1, await Count($"users WHERE id = '{id}' AND gone_at IS NOT NULL"));
        foreach (var table in new[] { "users", "credentials", "sessions", "comments", "post_contents", "grain_state" })
        {
            var rows = await _database.ScalarAsync<string>($"SELECT coalesce(json_agg(t), '[]')::text FROM {table} t");
            Assert.DoesNotContain("mina", rows, StringComparison.OrdinalIgnoreCase);
        }
    }

    private async Task CountsAgree()
    {
        Assert.Equal(6, await Count("likes JOIN posts ON posts.id = post_id WHERE deleted_at IS NULL"));
        Assert.Equal(0, await Count("posts WHERE likes <> (SELECT count(*) FROM likes WHERE post_id = posts.id)"));
        Assert.Equal(0, await Count("posts WHERE saves <> (SELECT count(*) FROM saves WHERE post_id = posts.id)"));
        Assert.Equal(0, await Count(
            """
            posts WHERE deleted_at IS NULL
            AND comments <> (SELECT count(*) FROM comments c WHERE c.post_id = posts.id AND c.deleted_at IS NULL)
            """));
        Assert.Equal(0, await Count("users WHERE followers <> (SELECT count(*) FROM follows WHERE followee_id = users.id)"));
    }

    private Task<long> Count(string what) => _database.ScalarAsync<long>($"SELECT count(*) FROM {what}");

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(20, limit.Token);
    }

    private Task<StyleShareCluster> Start(
        bool erasing = true, IIncomingGrainCallFilter? filter = null) => StyleShareCluster.StartAsync(
        _database,
        [
            new("StyleShare:Accounts:EraseBatch", "3"),
            // The eraser itself is there, for the test to run it; only the silo does not.
            new("StyleShare:Jobs:Enabled", erasing ? "true" : "false"),
            new("StyleShare:Jobs:StopGrace", "00:00:00"),
        ],
        services =>
        {
            if (filter is not null)
                services.AddSingleton(filter);
        });

    /// <summary>Lets so many calls of grains through and holds up what comes then, until it is released; the wish to be erased always passes.</summary>
    private sealed class HeldUp(int calls) : IIncomingGrainCallFilter
    {
        private int _left = calls;

        public TaskCompletionSource Reached { get; } = new();

        public TaskCompletionSource Released { get; } = new();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName != nameof(IAccountGrain.Erase) && Interlocked.Decrement(ref _left) < 0)
            {
                Reached.TrySetResult();
                await Released.Task;
            }

            await context.Invoke();
        }
    }

    /// <summary>Lets so many calls of grains through and no more, as if the silo died.</summary>
    private sealed class CutOff(int calls) : IIncomingGrainCallFilter
    {
        private int _left = calls;

        public bool Happened { get; private set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (Interlocked.Decrement(ref _left) >= 0)
                return context.Invoke();
            Happened = true;
            throw new InvalidOperationException("The silo died here.");
        }
    }
}
