using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Posts;
using StyleShare.Testing;
using StyleShare.Tests.Posts;

namespace StyleShare.Tests.Photos;

/// <summary>Photos in posts and avatars.</summary>
public sealed class ShownPhotoTests(PostSteps steps) : IClassFixture<PostSteps>
{
    private static readonly EditProfile NoEdit = new(null, null, null, ClearAvatar: false, null, null, null);

    [Fact]
    public async Task Only_ones_own_photos_that_were_not_rejected_are_shown()
    {
        var (mina, juno) = (await steps.AddPerson(), await steps.AddPerson());
        var (own, other, rejected) = (
            await steps.Database.AddAwaiting(mina.Id), await steps.Database.AddAwaiting(juno.Id), await steps.Database.AddRejected(mina.Id));
        await PostSteps.Refused("unknown_photo", () => Publish(mina, other));
        await PostSteps.Refused("unknown_photo", () => Publish(mina, own, Guid.CreateVersion7()));
        await PostSteps.Refused("photo_rejected", () => Publish(mina, own, rejected));

        var post = (await Publish(mina, own)).Id;
        await PostSteps.Refused("unknown_photo", () => steps.Post(post).Edit(new(mina.Id, null, [own, other], null, null)));
        await PostSteps.Refused("photo_rejected", () => steps.Post(post).Edit(new(mina.Id, null, [rejected], null, null)));
        await PostSteps.Refused("unknown_photo", () => User(mina).Edit(NoEdit with { AvatarPhotoId = other }));
        await PostSteps.Refused("photo_rejected", () => User(mina).Edit(NoEdit with { AvatarPhotoId = rejected }));
        Assert.Equal([own], (await steps.See(post, juno.Id)).Post.Photos.Select(photo => photo.Id));
        Assert.Equal(1, await Uses(own));
        Assert.Equal(0, await Uses(other));
    }

    [Fact]
    public async Task A_photo_that_was_rejected_meanwhile_stays_in_the_post_that_showed_it()
    {
        var mina = await steps.AddPerson();
        var photo = await steps.Database.AddAwaiting(mina.Id);
        var post = (await Publish(mina, photo)).Id;
        await steps.Database.ExecuteAsync($"UPDATE photos SET state = 3, reason = 'corrupt' WHERE id = '{photo}'");
        await steps.Post(post).PhotosChanged();
        Assert.Equal("corrupt", (await steps.See(post, mina.Id)).Post.Photos.Single().Reason);
        var edited = await steps.Post(post).Edit(new(mina.Id, "still there", [photo], null, null));
        Assert.Equal("still there", edited.Caption);
    }

    [Fact]
    public async Task A_post_shows_its_photos_in_their_order_on_every_silo_and_as_they_become_ready()
    {
        var mina = await steps.AddPerson();
        var content = PhotoRows.NewContent();
        var (waiting, ready) = (await steps.Database.AddAwaiting(mina.Id), await steps.Database.AddReady(mina.Id, content));
        var post = await Publish(mina, waiting, ready);
        Assert.Equal([waiting, ready], post.Photos.Select(photo => photo.Id));
        Assert.Equal([PhotoState.AwaitingUpload, PhotoState.Ready], post.Photos.Select(photo => photo.State));
        Assert.Equal((content, 8, 6, "#a0b0c0", 4), (post.Photos[1].Content, post.Photos[1].Width, post.Photos[1].Height, post.Photos[1].Color, post.Photos[1].Sizes.Length));

        var other = PhotoRows.NewContent();
        await steps.Database.AddReady(mina.Id, other);
        await steps.Database.ExecuteAsync($@"UPDATE photos SET state = 2, content = '\x{other}' WHERE id = '{waiting}'");
        Assert.Equal(PhotoState.AwaitingUpload, (await steps.See(post.Id, mina.Id)).Post.Photos[0].State);
        await steps.Post(post.Id).PhotosChanged();
        var seen = (await steps.See(post.Id, mina.Id)).Post;
        Assert.Equal([other, content], seen.Photos.Select(photo => photo.Content));

        await using var silo = await StyleShareCluster.StartAsync(steps.Database);
        Assert.Equal([other, content], (await steps.See(post.Id, mina.Id, silo)).Post.Photos.Select(photo => photo.Content));
    }

    [Fact]
    public async Task A_post_of_before_photos_were_known_shows_what_it_showed_and_can_be_edited()
    {
        var mina = await steps.AddPerson();
        var post = (await steps.Publish(mina)).Id;
        var unknown = Guid.CreateVersion7();
        await steps.Database.ExecuteAsync($"UPDATE post_contents SET photo_ids = '{{{unknown}}}' WHERE post_id = '{post}'");
        await using var silo = await StyleShareCluster.StartAsync(steps.Database);
        var seen = (await steps.See(post, mina.Id, silo)).Post.Photos.Single();
        Assert.Equal((unknown, PhotoState.AwaitingUpload), (seen.Id, seen.State));
        await steps.Post(post, silo).Edit(new(mina.Id, "another caption", [unknown], null, null));
        await steps.Post(post, silo).Edit(new(mina.Id, "none", [], null, null));
        Assert.Empty((await steps.See(post, mina.Id, silo)).Post.Photos);
    }

    [Fact]
    public async Task An_avatar_is_shown_once_its_photo_is_ready_and_as_long_as_it_is_chosen()
    {
        var mina = await steps.AddPerson();
        var photo = await steps.Database.AddAwaiting(mina.Id);
        var me = await User(mina).Edit(NoEdit with { AvatarPhotoId = photo });
        Assert.Equal((photo, null), (me.User.AvatarPhotoId, me.User.Avatar));
        await User(mina).AvatarChanged();
        Assert.Null((await User(mina).Summary())!.Avatar);

        var content = PhotoRows.NewContent();
        await steps.Database.AddReady(mina.Id, content);
        await steps.Database.ExecuteAsync($@"UPDATE photos SET state = 2, content = '\x{content}' WHERE id = '{photo}'");
        await User(mina).AvatarChanged();
        await User(mina).AvatarChanged();
        Assert.Equal(content, (await User(mina).Summary())!.Avatar);
        Assert.Equal(content, await steps.Stored<string>("SELECT avatar FROM users WHERE id = $1", mina.Id));

        await User(mina).Edit(NoEdit with { ClearAvatar = true });
        Assert.Null((await User(mina).Summary())!.Avatar);
        Assert.Equal(0, await Uses(photo));
    }

    [Fact]
    public async Task An_avatar_whose_photo_is_rejected_is_as_if_it_had_not_been_chosen()
    {
        var mina = await steps.AddPerson();
        var photo = await steps.Database.AddAwaiting(mina.Id);
        await User(mina).Edit(NoEdit with { AvatarPhotoId = photo });
        await steps.Database.ExecuteAsync($"UPDATE photos SET state = 3, reason = 'corrupt' WHERE id = '{photo}'");
        await User(mina).AvatarChanged();
        Assert.Null((await User(mina).Get())!.AvatarPhotoId);
        Assert.Equal(0, await Uses(photo));
    }

    [Fact]
    public async Task A_photo_that_becomes_ready_while_it_begins_to_be_shown_is_seen_ready()
    {
        var mina = await steps.AddPerson();
        var (inPost, asAvatar) = (await steps.Database.AddAwaiting(mina.Id), await steps.Database.AddAwaiting(mina.Id));
        var content = PhotoRows.NewContent();
        await steps.Database.AddReady(mina.Id, content);
        await User(mina).Get();

        // Both have looked the photo up and wait for the commit that shows it; whoever told of the photo found nobody then.
        Task<PostView> publishing;
        Task<OwnView> editing;
        await using (var connection = await steps.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var held = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using (var hold = new Npgsql.NpgsqlCommand("LOCK TABLE photo_uses IN EXCLUSIVE MODE", connection))
                await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            publishing = Publish(mina, inPost);
            await Waiting(1);
            editing = User(mina).Edit(NoEdit with { AvatarPhotoId = asAvatar });
            await Waiting(2);
            await steps.Database.ExecuteAsync(
                $@"UPDATE photos SET state = 2, content = '\x{content}' WHERE id IN ('{inPost}', '{asAvatar}')");
        }

        var post = await publishing;
        await editing;
        Assert.Equal(content, (await steps.See(post.Id, mina.Id)).Post.Photos.Single().Content);
        Assert.Equal(content, (await User(mina).Summary())!.Avatar);
    }

    // So many commits are held up by the lock, one on each of the committer's connections.
    private async Task Waiting(long commits)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await steps.Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'photo_uses'::regclass
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """) < commits)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        }
    }

    private IUserGrain User(UserSummary person) => steps.Silo.Grains.GetGrain<IUserGrain>(person.Id);

    private async Task<PostView> Publish(UserSummary author, params Guid[] photos) =>
        (await steps.Post(steps.NewId()).Publish(new(author, "caption", [.. photos], [], null))).Post;

    private Task<long> Uses(Guid photo) => steps.Stored<long>("SELECT count(*) FROM photo_uses WHERE photo_id = $1", photo);
}
