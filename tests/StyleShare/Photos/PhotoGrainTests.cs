using Microsoft.Extensions.DependencyInjection;
using StyleShare.Objects;
using StyleShare.Photos;
using StyleShare.Testing;

namespace StyleShare.Tests.Photos;

/// <summary>The grain and its rows, with nobody who does jobs.</summary>
public sealed class PhotoGrainTests : IAsyncLifetime
{
    private static readonly PhotoPicture Picture = new(8, 6, "AAAA", "#a0b0c0", [new("large", 8, 6), new("square", 6, 6)]);
    private readonly TestDatabase _database = new();
    private readonly Guid _mina = Guid.CreateVersion7();
    private StyleShareCluster _silo = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _silo = await StyleShareCluster.StartAsync(_database, [new("StyleShare:Jobs:Enabled", "false")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_is_not_uploaded_cannot_be_completed()
    {
        var photo = await Announce();
        Assert.Equal("not_uploaded", (await Assert.ThrowsAsync<Refusal>(() => Photo(photo).Complete(_mina, null))).Code);
        Assert.Equal("photo_not_found", (await Assert.ThrowsAsync<Refusal>(() => Photo(photo).Complete(Guid.NewGuid(), null))).Code);
        Assert.Equal("photo_not_found", (await Assert.ThrowsAsync<Refusal>(() => Photo(Guid.NewGuid()).Complete(_mina, null))).Code);
        Assert.Null(await Photo(photo).View(Guid.NewGuid()));
        Assert.Equal(PhotoState.AwaitingUpload, (await Photo(photo).View(_mina))!.Photo.State);
    }

    [Fact]
    public async Task Completing_a_photo_many_times_at_once_is_completing_it_once()
    {
        var photo = await Announce();
        await Put(PhotoKeys.Upload(photo));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Photo(photo).Complete(_mina, null)));
        Assert.All(answers, answer => Assert.Equal((PhotoState.Processing, 2), (answer.Photo.State, answer.Version)));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'render-photo'"));
    }

    [Fact]
    public async Task Uploads_of_one_picture_are_linked_to_one_row_that_counts_them()
    {
        var content = PhotoRows.NewContent();
        var photos = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Processing()));
        Assert.All(await Task.WhenAll(photos.Select(photo => Photo(photo).Link(content))), Assert.Null);
        await Task.WhenAll(photos.Select(photo => Photo(photo).Link(content)));
        Assert.Equal(20, await _database.UsesOf(content));

        await Photo(photos[0]).Ready(Picture);
        Assert.Equal(Picture.Color, (await Photo(photos[1]).Link(content))!.Color);
        await Task.WhenAll(photos[1..10].Select(photo => Photo(photo).Ready(Picture)));
        await Task.WhenAll(photos[10..].Select(photo => Photo(photo).Reject("corrupt")));
        Assert.Equal(10, await _database.UsesOf(content));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'remove-picture'"));

        Assert.All(await Task.WhenAll(photos.Select(photo => Photo(photo).Remove())), Assert.True);
        Assert.Equal(0, await _database.UsesOf(content));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM photos"));
    }

    [Fact]
    public async Task Nothing_is_linked_to_a_picture_that_is_being_removed()
    {
        var content = PhotoRows.NewContent();
        await _database.ExecuteAsync($@"INSERT INTO pictures (content, uses, deleting) VALUES ('\x{content}', 0, true)");
        var photo = await Processing();
        Assert.Equal("picture_being_removed", (await Assert.ThrowsAsync<Refusal>(() => Photo(photo).Link(content))).Code);

        await _database.ExecuteAsync("DELETE FROM pictures WHERE deleting");
        Assert.Null(await Eventually(() => Photo(photo).Link(content), static e => e is Orleans.Storage.InconsistentStateException));
        Assert.Equal(1, await _database.UsesOf(content));
    }

    [Fact]
    public async Task A_photo_is_as_it_was_when_it_was_read_again()
    {
        var photo = await Processing();
        await Photo(photo).Link(PhotoRows.NewContent());
        await Photo(photo).Ready(Picture);
        var before = (await Photo(photo).View(_mina))!;
        await using var other = await StyleShareCluster.StartAsync(_database, [new("StyleShare:Jobs:Enabled", "false")]);
        var after = (await other.Grains.GetGrain<IPhotoGrain>(photo).View(_mina))!;
        Assert.Equal(before.Photo.Sizes, after.Photo.Sizes);
        Assert.Equal(before with { Photo = before.Photo with { Sizes = [] } }, after with { Photo = after.Photo with { Sizes = [] } });
    }

    // Told that there is nothing to do, the job would end and the upload be deleted.
    [Fact]
    public async Task A_second_activation_does_not_say_that_nothing_is_to_be_done_while_there_is()
    {
        var photo = await Announce();
        await using var other = await StyleShareCluster.StartAsync(_database, [new("StyleShare:Jobs:Enabled", "false")]);
        var second = other.Grains.GetGrain<IPhotoGrain>(photo);
        Assert.Equal(PhotoState.AwaitingUpload, (await second.View(_mina))!.Photo.State);
        await Put(PhotoKeys.Upload(photo));
        await Photo(photo).Complete(_mina, null);

        var refusal = await Assert.ThrowsAsync<Refusal>(second.Work);
        Assert.Equal(RefusalKind.Unavailable, refusal.Kind);
        Assert.Equal(PhotoState.Processing, (await Eventually(second.Work, static e => e is Refusal { Kind: RefusalKind.Unavailable }))!.State);
    }

    [Fact]
    public async Task Who_waits_is_told_of_progress_and_of_the_end()
    {
        var photo = await Processing();
        var status = (await Photo(photo).View(_mina))!;
        var waiting = Photo(photo).WaitFor(_mina, status.Position, TimeSpan.FromMinutes(1));
        await Photo(photo).Progress(30);
        Assert.Equal(30, (status = (await waiting)!).Percent);
        waiting = Photo(photo).WaitFor(_mina, status.Position, TimeSpan.FromMinutes(1));
        await Photo(photo).Reject("corrupt");
        Assert.Equal((PhotoState.Rejected, 100), ((await waiting)!.Photo.State, (await waiting)!.Percent));
    }

    private IPhotoGrain Photo(Guid id) => _silo.Grains.GetGrain<IPhotoGrain>(id);

    private async Task<Guid> Announce()
    {
        var id = Guid.CreateVersion7();
        await Photo(id).Announce(new(_mina, "image/jpeg", 3, null, null));
        return id;
    }

    private async Task<Guid> Processing()
    {
        var photo = await Announce();
        await Put(PhotoKeys.Upload(photo));
        await Photo(photo).Complete(_mina, null);
        return photo;
    }

    private async Task Put(string key)
    {
        using var content = new MemoryStream([1, 2, 3]);
        await _silo.Services.GetRequiredService<IObjectStore>().Put(key, content, 3, new("image/jpeg"));
    }

    // The activation that knows too little is on its way out.
    private static async Task<T> Eventually<T>(Func<Task<T>> ask, Func<Exception, bool> passes)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (passes(e))
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }
}
