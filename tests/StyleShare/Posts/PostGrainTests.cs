using Orleans.Storage;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Requests;
using StyleShare.Testing;

namespace StyleShare.Tests.Posts;

public sealed class PostGrainTests(PostSteps steps) : IClassFixture<PostSteps>
{
    [Fact]
    public async Task A_post_is_the_same_when_it_was_read_again()
    {
        var author = await steps.AddPerson();
        var photo = await steps.AddPhoto(author.Id);
        var item = new PostItem("Shoes", null, 59_000, "KRW", "https://shop.example/1", 0, 0.25, 0.75);
        var id = steps.NewId();
        var published = await steps.Post(id).Publish(new(author, "\"Hello\" \\ #서울 #{a,b}", [photo], [item], null));
        Assert.Equal(author, published.Author);

        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        foreach (var silo in new[] { steps.Silo, other })
        {
            var seen = await steps.See(id, author.Id, silo);
            Assert.Equal((false, false), (seen.Liked, seen.Saved));
            AssertSame(published.Post, seen.Post);
        }
    }

    [Fact]
    public async Task A_post_that_was_never_published_is_not_there()
    {
        var post = steps.Post(steps.NewId());
        Assert.Null(await post.View(Guid.NewGuid()));
        await PostSteps.Refused("post_not_found", () => post.Like(Guid.NewGuid()));
        await PostSteps.Refused("post_not_found", () => post.Save(Guid.NewGuid()));
        await PostSteps.Refused("post_not_found", () => post.Delete(Guid.NewGuid()));
        await PostSteps.Refused("comment_not_found", () => post.DeleteComment(Guid.NewGuid(), Guid.NewGuid()));
        await post.Unlike(Guid.NewGuid());
        await post.Unsave(Guid.NewGuid());
    }

    [Fact]
    public async Task The_same_request_twice_makes_one_post_and_has_the_first_answer()
    {
        var author = await steps.AddPerson();
        var key = new RequestKey(Guid.NewGuid().ToString("n"), [1, 2, 3]);
        var first = await steps.Post(steps.NewId()).Publish(new(author, "first", [], [], key));
        await Assert.ThrowsAsync<InconsistentStateException>(() => steps.Post(steps.NewId()).Publish(new(author, "again", [], [], key)));
        Assert.Equal(1, await steps.Stored<long>("SELECT count(*) FROM posts WHERE author_id = $1", author.Id));

        var status = await steps.Silo.Grains.GetGrain<IRequestGrain>(key.Id).Begin(key);
        Assert.Equal(RequestState.Answered, status.State);
        var answer = System.Text.Json.JsonSerializer.Deserialize(status.Answer.AsSpan(), PostJson.Default.PublishedPost)!;
        AssertSame(first.Post, answer.Post);
        Assert.Equal(author, answer.Author);
    }

    [Fact]
    public async Task Only_people_who_exist_are_mentioned()
    {
        var author = await steps.AddPerson();
        var handle = author.Handle;
        await steps.Silo.Grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(handle)).Claim(author.Id, "test");
        var post = await steps.Publish(author, $"@{handle.ToUpperInvariant()}, @nobody.at.all and @{handle}");
        Assert.Equal([handle], post.Mentions);
        var edited = await steps.Post(post.Id).Edit(new(author.Id, "@nobody.at.all", null, null, null));
        Assert.Empty(edited.Mentions);
    }

    [Fact]
    public async Task An_author_counts_their_posts()
    {
        var author = await steps.AddPerson();
        var user = steps.Silo.Grains.GetGrain<IUserGrain>(author.Id);
        var post = await steps.Publish(author);
        await steps.Publish(author);
        Assert.Equal(2, (await user.Get())!.Posts);
        await steps.Post(post.Id).Delete(author.Id);
        await steps.Post(post.Id).Delete(author.Id);
        Assert.Equal(1, (await user.Get())!.Posts);
    }

    [Fact]
    public async Task An_edit_changes_what_it_names()
    {
        var author = await steps.AddPerson();
        var photo = await steps.AddPhoto(author.Id);
        var id = steps.NewId();
        var before = (await steps.Post(id).Publish(new(author, "#old #kept", [photo], [], null))).Post;
        var after = await steps.Post(id).Edit(new(author.Id, "#kept #new", null, null, before.Version));
        AssertSame(before with { Caption = "#kept #new", Tags = ["kept", "new"], EditedAt = after.EditedAt, Version = 2 }, after);
        Assert.NotNull(after.EditedAt);
        Assert.Equal(
            ["kept", "new"],
            await steps.Stored<string[]>("SELECT array_agg(tag ORDER BY tag) FROM post_tags WHERE post_id = $1", id));
        AssertSame(after, (await steps.See(id, author.Id)).Post);
        await PostSteps.Refused("stale_version", () => steps.Post(id).Edit(new(author.Id, "late", null, null, before.Version)));
        await PostSteps.Refused("not_your_post", () => steps.Post(id).Edit(new(Guid.NewGuid(), "not mine", null, null, null)));
        await PostSteps.Refused("empty_post", () => steps.Post(id).Edit(new(author.Id, "", [], null, null)));
        AssertSame(after, (await steps.See(id, author.Id)).Post);
    }

    [Fact]
    public async Task Of_edits_of_one_version_at_once_one_wins()
    {
        var author = await steps.AddPerson();
        var post = await steps.Publish(author);
        var edits = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return (await steps.Post(post.Id).Edit(new(author.Id, $"edit {i} #tag{i}", null, null, post.Version))).Caption;
            }
            catch (Refusal refusal) when (refusal.Code == "stale_version")
            {
                return null;
            }
        }));
        var winner = Assert.Single(edits, caption => caption is not null);
        Assert.Equal(winner, (await steps.See(post.Id, author.Id)).Post.Caption);
        Assert.Equal(1, await steps.Stored<long>("SELECT count(*) FROM post_tags WHERE post_id = $1", post.Id));
    }

    [Fact]
    public async Task Edits_of_no_version_at_once_all_happen_and_the_last_stands()
    {
        var author = await steps.AddPerson();
        var post = await steps.Publish(author);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            steps.Post(post.Id).Edit(new(author.Id, $"edit #tag{i}", null, null, null))));
        var seen = (await steps.See(post.Id, author.Id)).Post;
        Assert.Equal(seen.Caption, await steps.Stored<string>("SELECT caption FROM post_contents WHERE post_id = $1", post.Id));
        Assert.Equal(seen.Tags, await steps.Stored<string[]>("SELECT array_agg(tag) FROM post_tags WHERE post_id = $1", post.Id));
    }

    [Fact]
    public async Task A_deleted_post_is_gone_for_everybody()
    {
        var author = await steps.AddPerson();
        var liker = Guid.CreateVersion7();
        var post = await steps.Publish(author, "#gone");
        var grain = steps.Post(post.Id);
        await grain.Like(liker);
        await PostSteps.Refused("not_your_post", () => grain.Delete(liker));
        await grain.Delete(author.Id);
        Assert.Null(await grain.View(liker));
        await PostSteps.Refused("post_not_found", () => grain.Like(Guid.NewGuid()));
        await PostSteps.Refused("post_not_found", () => grain.Like(liker));
        await PostSteps.Refused("post_not_found", () => grain.Comment(new(author, "text", null)));
        await PostSteps.Refused("post_not_found", () => grain.Edit(new(author.Id, "x", null, null, null)));
        Assert.Equal(0, await steps.Stored<long>("SELECT count(*) FROM post_tags WHERE post_id = $1", post.Id));
        Assert.Equal(0, await steps.Stored<long>("SELECT count(*) FROM post_contents WHERE post_id = $1", post.Id));

        // What others left on it goes with their accounts.
        await grain.Unlike(liker);
        Assert.Empty(await steps.StoredUsers("likes", post.Id));
        await using var other = await StyleShareCluster.StartAsync(steps.Database);
        Assert.Null(await steps.Post(post.Id, other).View(liker));
    }

    [Fact]
    public async Task Comments_are_counted_and_deleted_by_those_who_may()
    {
        var (author, writer, third) = (await steps.AddPerson(), await steps.AddPerson(), Guid.NewGuid());
        var post = await steps.Publish(author);
        var grain = steps.Post(post.Id);
        var comments = new List<CommentView>();
        for (var i = 0; i < 3; i++)
            comments.Add(await grain.Comment(new(writer, $" comment {i}\n", null)));
        var queries = new PostQueries(steps.Database.Source);
        Assert.Equal(comments.AsEnumerable().Reverse(), (await queries.Comments(post.Id, null, 10)).Items);
        Assert.Equal(3, (await steps.See(post.Id, third)).Post.Comments);

        await PostSteps.Refused("not_your_comment", () => grain.DeleteComment(comments[0].Id, third));
        await PostSteps.Refused("comment_not_found", () => grain.DeleteComment(Guid.NewGuid(), author.Id));
        await grain.DeleteComment(comments[0].Id, writer.Id);
        await grain.DeleteComment(comments[1].Id, author.Id);
        await PostSteps.Refused("comment_not_found", () => grain.DeleteComment(comments[1].Id, author.Id));
        Assert.Equal([comments[2]], (await queries.Comments(post.Id, null, 10)).Items);
        Assert.Equal(1, (await steps.See(post.Id, third)).Post.Comments);

        var elsewhere = steps.Post((await steps.Publish(author)).Id);
        await PostSteps.Refused("comment_not_found", () => elsewhere.DeleteComment(comments[2].Id, writer.Id));
    }

    [Fact]
    public async Task A_comment_is_deleted_once_however_many_ask_at_once()
    {
        var author = await steps.AddPerson();
        var post = await steps.Publish(author);
        var comment = await steps.Post(post.Id).Comment(new(author, "text", null));
        var deletions = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            try
            {
                await steps.Post(post.Id).DeleteComment(comment.Id, author.Id);
                return true;
            }
            catch (Refusal refusal) when (refusal.Code == "comment_not_found")
            {
                return false;
            }
        }));
        Assert.Single(deletions, deleted => deleted);
        Assert.Equal(0, (await steps.See(post.Id, author.Id)).Post.Comments);
    }

    private static void AssertSame(PostView expected, PostView actual)
    {
        Assert.Equal(expected.Photos, actual.Photos);
        Assert.Equal(expected.Items, actual.Items);
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected.Mentions, actual.Mentions);
        Assert.Equal(expected, actual with
        {
            Photos = expected.Photos,
            Items = expected.Items,
            Tags = expected.Tags,
            Mentions = expected.Mentions,
        });
    }
}
