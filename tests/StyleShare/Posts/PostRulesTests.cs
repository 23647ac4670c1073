using System.Collections.Immutable;
using StyleShare.Posts;

namespace StyleShare.Tests.Posts;

public sealed class PostRulesTests
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly Guid Author = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Photo = Guid.CreateVersion7();
    private static readonly PostItem Item = new("Shoes", "Acme", 59_000, "KRW", "https://shop.example/1", 0, 0.5, 1);

    [Fact]
    public void A_new_post_shows_what_was_written_and_counts_nothing()
    {
        var decision = Post.Publish(null, Id, Author, Content("Hello #World"), Noon);
        var post = decision.Next;
        Assert.Equal((Id, Author, Noon, 0, 0, 0), (post.Id, post.AuthorId, post.CreatedAt, post.Likes, post.Comments, post.Saves));
        Assert.Equal(["world"], post.Content.Tags);
        Assert.Equal(post, Assert.IsType<PostFact.Published>(Assert.Single(decision.Facts)).Post);
    }

    [Fact]
    public void An_id_is_published_once() => Refused("post_exists", () => Post.Publish(Published(), Id, Author, Content("again"), Noon));

    [Fact]
    public void A_post_needs_a_caption_or_a_photo()
    {
        Refused("empty_post", () => PostContent.Of("", [], []));
        Refused("empty_post", () => PostContent.Of(" \n ", default, default));
        Assert.Equal([Photo], PostContent.Of("", [Photo], []).PhotoIds);
    }

    [Fact]
    public void A_caption_of_2200_emoji_fits_and_one_more_does_not()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 2_200));
        Assert.Equal(longest, PostContent.Of(longest, [], []).Caption);
        Refused("caption_too_long", () => PostContent.Of(longest + "😀", [], []));
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\ud800')]
    [InlineData('\udfff')]
    [InlineData('\u001b')]
    public void A_caption_that_is_no_text_is_refused(char c) =>
        Refused("invalid_caption", () => PostContent.Of($"a{c}b", [], []));

    [Fact]
    public void Thirty_tags_fit_and_one_more_does_not()
    {
        var tags = string.Join(' ', Enumerable.Range(0, 30).Select(i => $"#tag{i}"));
        Assert.Equal(30, Content(tags).Tags.Length);
        Assert.Equal(30, Content(tags + " #TAG0").Tags.Length);
        Refused("too_many_tags", () => Content(tags + " #one"));
    }

    [Fact]
    public void Ten_different_photos_fit()
    {
        var photos = Enumerable.Range(0, 11).Select(_ => Guid.CreateVersion7()).ToImmutableArray();
        Assert.Equal(10, PostContent.Of("", photos[..10], []).PhotoIds.Length);
        Refused("invalid_photos", () => PostContent.Of("", photos, []));
        Refused("invalid_photos", () => PostContent.Of("", [Photo, Photo], []));
    }

    public static TheoryData<PostItem> GoodItems => [
        Item,
        Item with { Brand = null, Price = null, Currency = null, Url = null },
        Item with { Price = 0, X = 0, Y = 0 },
        Item with { Url = "http://example.com" },
    ];

    [Theory]
    [MemberData(nameof(GoodItems))]
    public void An_item_within_its_limits_is_kept(PostItem item) =>
        Assert.Equal([item], PostContent.Of("x", [Photo], [item]).Items);

    public static TheoryData<PostItem> BadItems => [
        Item with { Name = " " },
        Item with { Name = new string('x', 101) },
        Item with { Name = "a\0" },
        Item with { Brand = new string('x', 101) },
        Item with { Photo = 1 },
        Item with { Photo = -1 },
        Item with { X = -0.01 },
        Item with { X = double.NaN },
        Item with { Y = 1.01 },
        Item with { Y = double.PositiveInfinity },
        Item with { Price = -1 },
        Item with { Price = null },
        Item with { Currency = null },
        Item with { Currency = "krw" },
        Item with { Currency = "KRWW" },
        Item with { Url = "javascript:alert(1)" },
        Item with { Url = "/relative" },
        Item with { Url = "https://" },
        Item with { Url = "https://example.com/\n" },
        Item with { Url = "https://example.com/" + new string('x', 2_000) },
    ];

    [Theory]
    [MemberData(nameof(BadItems))]
    public void An_item_outside_of_its_limits_is_refused(PostItem item) =>
        Refused("invalid_item", () => PostContent.Of("x", [Photo], [item]));

    [Fact]
    public void Twenty_items_fit()
    {
        var items = Enumerable.Repeat(Item, 21).ToImmutableArray();
        Assert.Equal(20, PostContent.Of("x", [Photo], items[..20]).Items.Length);
        Refused("invalid_item", () => PostContent.Of("x", [Photo], items));
    }

    [Fact]
    public void An_edit_says_when_and_names_the_tags_that_were_there()
    {
        var decision = Post.Edit(Published("#old"), Author, Content("#new"), Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(1), decision.Next.EditedAt);
        Assert.Equal(["old"], Assert.IsType<PostFact.Edited>(Assert.Single(decision.Facts)).Before.Tags);
    }

    [Fact]
    public void An_edit_that_changes_nothing_is_none()
    {
        var post = Published("same");
        var decision = Post.Edit(post, Author, Content("same"), Noon.AddHours(1));
        Assert.Empty(decision.Facts);
        Assert.Same(post, decision.Next);
    }

    [Fact]
    public void Only_the_author_edits_and_deletes()
    {
        Refused("not_your_post", () => Post.Edit(Published(), Other, Content("x"), Noon));
        Refused("not_your_post", () => Post.Delete(Published(), Other, Noon));
    }

    [Fact]
    public void A_deleted_post_shows_nothing_and_its_author_may_delete_it_again()
    {
        var deleted = Deleted();
        Assert.Same(PostContent.Empty, deleted.Content);
        Assert.Empty(Post.Delete(deleted, Author, Noon).Facts);
        Refused("post_not_found", () => Post.Delete(deleted, Other, Noon));
    }

    public static TheoryData<string, Func<Post?, object>> WhatNeedsAPost => new()
    {
        { "edit", post => Post.Edit(post, Author, PostContent.Empty, Noon) },
        { "like", post => Post.Like(post, Other, Noon) },
        { "save", post => Post.Save(post, Other, Noon) },
        { "comment", post => Post.AddComment(post, Id, Other, "text", Noon, out _) },
    };

    [Theory]
    [MemberData(nameof(WhatNeedsAPost), DisableDiscoveryEnumeration = true)]
    public void Nothing_can_be_done_with_a_post_that_is_not_there(string what, Func<Post?, object> act)
    {
        Assert.NotEmpty(what);
        Refused("post_not_found", () => act(null));
        Refused("post_not_found", () => act(Deleted()));
    }

    [Fact]
    public void Likes_and_saves_are_counted_and_written()
    {
        var liked = Post.Like(Published(), Other, Noon.AddSeconds(1));
        Assert.Equal(1, liked.Next.Likes);
        Assert.Equal([new PostFact.Liked(Id, Author, Other, Noon.AddSeconds(1))], liked.Facts);
        var saved = Post.Save(liked.Next, Other, Noon.AddSeconds(2));
        Assert.Equal((1, 1), (saved.Next.Likes, saved.Next.Saves));
        Assert.Equal([new PostFact.Saved(Id, Other, Noon.AddSeconds(2))], saved.Facts);
        var unliked = saved.Next.Unlike(Other, Noon.AddSeconds(3));
        Assert.Equal([new PostFact.Unliked(Id, Author, Other, Noon.AddSeconds(3))], unliked.Facts);
        var unsaved = unliked.Next.Unsave(Other);
        Assert.Equal([new PostFact.Unsaved(Id, Other)], unsaved.Facts);
        Assert.Equal((0, 0), (unsaved.Next.Likes, unsaved.Next.Saves));
    }

    [Fact]
    public void Nothing_happens_before_the_post_is_there_whatever_the_clock_says()
    {
        var before = Noon.AddHours(-1);
        Assert.Equal(Noon, Assert.IsType<PostFact.Liked>(Post.Like(Published(), Other, before).Facts[0]).At);
        Assert.Equal(Noon, Assert.IsType<PostFact.Saved>(Post.Save(Published(), Other, before).Facts[0]).At);
        Assert.Equal(Noon, Post.Edit(Published(), Author, Content("new"), before).Next.EditedAt);
        Assert.Equal(Noon, Post.Delete(Published(), Author, before).Next.DeletedAt);
        Post.AddComment(Published(), Guid.CreateVersion7(), Other, "early", before, out var comment);
        Assert.Equal(Noon, comment.CreatedAt);
    }

    [Theory]
    [InlineData("", "empty_comment")]
    [InlineData(" \n\u200b", "empty_comment")]
    [InlineData("a\0", "invalid_comment")]
    public void A_comment_says_something(string text, string code) =>
        Refused(code, () => Post.AddComment(Published(), Id, Other, text, Noon, out _));

    [Fact]
    public void A_comment_of_1000_characters_fits_and_one_more_does_not()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 1_000));
        Assert.Equal(1, Post.AddComment(Published(), Id, Other, longest, Noon, out var comment).Next.Comments);
        Assert.Equal(longest, comment.Text);
        Refused("comment_too_long", () => Post.AddComment(Published(), Id, Other, longest + "x", Noon, out _));
    }

    [Fact]
    public void A_comment_goes_by_its_author_or_by_that_of_the_post()
    {
        var comment = new Comment(Guid.CreateVersion7(), Id, Other, "text", Noon);
        var post = Published() with { Comments = 1 };
        Assert.Equal(0, post.DeleteComment(comment, Other, Noon).Next.Comments);
        Assert.Equal(0, post.DeleteComment(comment, Author, Noon).Next.Comments);
        Refused("not_your_comment", () => post.DeleteComment(comment, Guid.CreateVersion7(), Noon));
    }

    [Fact]
    public void A_comment_on_a_deleted_post_is_seen_by_nobody_but_goes_with_its_authors_account()
    {
        var comment = new Comment(Guid.CreateVersion7(), Id, Other, "text", Noon);
        var deleted = Deleted() with { Comments = 1 };
        Refused("comment_not_found", () => deleted.DeleteComment(comment, Author, Noon));
        Assert.Equal(0, deleted.DeleteComment(comment, Other, Noon).Next.Comments);
    }

    private static PostContent Content(string caption) => PostContent.Of(caption, [], []);

    private static Post Published(string caption = "caption") => Post.Publish(null, Id, Author, Content(caption), Noon).Next;

    private static Post Deleted() => Post.Delete(Published(), Author, Noon).Next;

    private static void Refused(string code, Func<object> act) => Assert.Equal(code, Assert.Throws<Refusal>(() => act()).Code);
}
