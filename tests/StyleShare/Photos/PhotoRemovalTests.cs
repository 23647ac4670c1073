using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Posts;
using StyleShare.Sweeps;
using StyleShare.Testing;

namespace StyleShare.Tests.Photos;

/// <summary>Photos that nothing shows any more, and their pictures.</summary>
public sealed class PhotoRemovalTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestDatabase _database = new();
    private StyleShareCluster _silo = null!;
    private UserSummary _mina = null!;

    private IObjectStore Objects => _silo.Services.GetRequiredService<IObjectStore>();

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _silo = await StyleShareCluster.StartAsync(
            _database,
            [new("StyleShare:Photos:RemovePictureAfter", "00:00:00"), new("StyleShare:Photos:RemoveUploadAfter", "00:00:00")]);
        _mina = await AddPerson();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_photos_of_a_deleted_post_are_removed_with_their_renditions()
    {
        var (photo, content) = await Ready();
        var post = await Publish(photo);
        await Post(post).Delete(_mina.Id);
        await Until(async () => !await _database.Has(photo) && await _database.UsesOf(content) is null);
        Assert.Empty(await Stored());
    }

    [Fact]
    public async Task A_photo_that_another_post_shows_stays()
    {
        var (photo, content) = await Ready();
        var (first, second) = (await Publish(photo), await Publish(photo));
        await Post(first).Delete(_mina.Id);
        await NoJobs();
        Assert.True(await _database.Has(photo));
        Assert.Equal(content, (await Post(second).View(_mina.Id))!.Value.Post.Photos.Single().Content);

        await Post(second).Edit(new(_mina.Id, "without it", [], null, null));
        await Until(async () => !await _database.Has(photo) && await _database.UsesOf(content) is null);
        Assert.Empty(await Stored());
    }

    [Fact]
    public async Task A_picture_that_was_uploaded_twice_stays_until_its_last_photo_is_gone()
    {
        var (photo, content) = await Ready();
        var again = await _database.AddReady(_mina.Id, content);
        var (first, second) = (await Publish(photo), await Publish(again));
        await Post(first).Delete(_mina.Id);
        await Until(async () => !await _database.Has(photo));
        await NoJobs();
        Assert.Equal(1, await _database.UsesOf(content));
        Assert.Equal(9, (await Stored()).Count);

        await Post(second).Delete(_mina.Id);
        await Until(async () => await _database.UsesOf(content) is null);
        Assert.Empty(await Stored());
    }

    [Fact]
    public async Task A_photo_that_something_shows_cannot_be_removed_and_one_that_was_removed_cannot_be_shown()
    {
        var (photo, _) = await Ready();
        await Publish(photo);
        Assert.False(await Photo(photo).Remove());
        Assert.NotNull(await Photo(photo).View(_mina.Id));

        var (other, _) = await Ready();
        Assert.True(await Photo(other).Remove());
        Assert.True(await Photo(other).Remove());
        Assert.Equal("unknown_photo", (await Assert.ThrowsAsync<Refusal>(() => Publish(other))).Code);
    }

    [Fact]
    public async Task Of_showing_and_removing_a_photo_at_once_one_wins_and_nothing_is_half_done()
    {
        for (var i = 0; i < 20; i++)
        {
            var (photo, _) = await Ready();
            var removing = Photo(photo).Remove();
            var publishing = Publish(photo).ContinueWith(publish => publish.IsCompletedSuccessfully, TaskScheduler.Default);
            Assert.NotEqual(await removing, await publishing);
            Assert.Equal(await publishing, await _database.Has(photo));
        }
    }

    [Fact]
    public async Task Photos_that_nothing_showed_for_a_day_are_removed_and_uploads_that_never_came()
    {
        var (shown, content) = await Ready();
        await Publish(shown);
        var unused = await _database.AddReady(_mina.Id, content);
        var announced = await _database.AddAwaiting(_mina.Id);
        await Put(PhotoKeys.Upload(announced));
        var sweep = _silo.Services.GetServices<ISweep>().Single(sweep => sweep.Name == "unused-photos");
        Assert.Equal(0, (await sweep.Step(0, null, CancellationToken.None)).Handled);

        _silo.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        var young = Guid.CreateVersion7(_silo.Time.GetUtcNow());
        await Photo(young).Announce(new(_mina.Id, "image/jpeg", 100, null, null));
        Assert.Equal(2, (await sweep.Step(0, null, CancellationToken.None)).Handled);
        Assert.Equal(
            (true, false, false, true),
            (await _database.Has(shown), await _database.Has(unused), await _database.Has(announced), await _database.Has(young)));
        Assert.Equal(1, await _database.UsesOf(content));
        // By the database's clock, which a test does not move.
        await _database.ExecuteAsync("UPDATE jobs SET due_at = now() WHERE worker IS NULL");
        await Until(async () => await Objects.Head(PhotoKeys.Upload(announced)) is null);
    }

    [Fact]
    public async Task Nothing_of_the_photos_of_an_erased_account_is_left()
    {
        var (photo, content) = await Ready();
        var avatar = await _database.AddReady(_mina.Id, content);
        await User.Edit(new(null, null, avatar, ClearAvatar: false, null, null, null));
        Assert.Equal(content, (await User.Summary())!.Avatar);
        await Publish(photo);
        await _database.AddAwaiting(_mina.Id);
        var eraser = ActivatorUtilities.GetServiceOrCreateInstance<StyleShare.Accounts.AccountEraser>(_silo.Services);
        await eraser.Erase(_mina.Id, CancellationToken.None);
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM photos"));
        await Until(async () => await _database.UsesOf(content) is null);
        Assert.Empty(await Stored());
    }

    [Fact]
    public async Task A_picture_that_was_linked_again_before_its_removal_began_stays()
    {
        var (photo, content) = await Ready();
        await Photo(photo).Remove();
        var again = await AddOnceRemoved(content);
        await NoJobs();
        // Whichever came first: the picture was removed whole before it came again, or it stayed.
        Assert.Equal(1, await _database.UsesOf(content));
        Assert.NotNull(await Photo(again).View(_mina.Id));
    }

    // What is being removed in this moment refuses links.
    private async Task<Guid> AddOnceRemoved(string content)
    {
        while (true)
        {
            try
            {
                return await _database.AddReady(_mina.Id, content);
            }
            catch (Npgsql.PostgresException e) when (e.ConstraintName == "pictures_not_deleting")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
            }
        }
    }

    private IUserGrain User => _silo.Grains.GetGrain<IUserGrain>(_mina.Id);

    private IPhotoGrain Photo(Guid id) => _silo.Grains.GetGrain<IPhotoGrain>(id);

    private IPostGrain Post(Guid id) => _silo.Grains.GetGrain<IPostGrain>(id);

    private async Task<Guid> Publish(params Guid[] photos) =>
        (await Post(Guid.CreateVersion7()).Publish(new(_mina, "caption", [.. photos], [], null))).Post.Id;

    private async Task<(Guid Photo, string Content)> Ready()
    {
        var content = PhotoRows.NewContent();
        foreach (var key in PhotoKeys.AllOf(content))
            await Put(key);
        return (await _database.AddReady(_mina.Id, content), content);
    }

    private async Task Put(string key)
    {
        using var content = new MemoryStream([1, 2, 3]);
        await Objects.Put(key, content, 3, new("image/jpeg"));
    }

    private async Task<List<string>> Stored()
    {
        var keys = new List<string>();
        await foreach (var head in Objects.List(""))
            keys.Add(head.Key);
        return keys;
    }

    private async Task<UserSummary> AddPerson()
    {
        var id = Guid.CreateVersion7();
        await _database.ExecuteAsync(
            $"INSERT INTO users VALUES ('{id}', 'u{id:N}', '{id}@example.com', 'Mina', '', NULL, 'ko', 0, now(), NULL, 1)");
        return new(id, $"u{id:N}", "Mina", null);
    }

    private Task NoJobs() => Until(async () => await _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind LIKE 'remove-%'") == 0);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (!await holds())
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }
}
