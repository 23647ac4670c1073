using StyleShare.Photos;

namespace StyleShare.Tests.Photos;

public sealed class PhotoRulesTests
{
    private const string Content = "c1b39f1ecb8b2a0c2d56e07bb0bfe5ec2ce6d9a8f2c62a2f11e4a8c3fa51d1b0";
    private static readonly Guid Mina = Guid.CreateVersion7();
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly PhotoPicture Picture = new(8, 6, "AAAA", "#a0b0c0", [new("large", 8, 6)]);
    private readonly Photo _awaiting = Photo.Announce(null, Guid.CreateVersion7(), new(Mina, "image/jpeg", 100, null, null), Now).Next;

    private Photo Processing => _awaiting.Complete().Next;

    [Fact]
    public void A_photo_is_announced_uploaded_linked_and_ready_and_stays_so()
    {
        Assert.Equal(PhotoState.AwaitingUpload, _awaiting.View().State);
        var completed = _awaiting.Complete();
        Assert.Equal([new PhotoFact.Uploaded(_awaiting.Id)], completed.Facts);
        var linked = completed.Next.Link(Content, Now);
        Assert.Equal([new PhotoFact.Linked(Content)], linked.Facts);
        Assert.Null(linked.Next.View().Content);
        var ready = linked.Next.BecomeReady(Picture, Now);
        Assert.Equal([new PhotoFact.BecameReady(_awaiting.Id, Content, Picture, Now)], ready.Facts);
        var view = ready.Next.View();
        Assert.Equal((PhotoState.Ready, 8, 6, "AAAA", "#a0b0c0", Content), (view.State, view.Width, view.Height, view.Placeholder, view.Color, view.Content));

        Assert.Empty(ready.Next.Complete().Facts);
        Assert.Empty(ready.Next.Link(PhotoRows.NewContent(), Now).Facts);
        Assert.Empty(ready.Next.Reject("corrupt", Now).Facts);
        Assert.Empty(ready.Next.BecomeReady(Picture, Now).Facts);
    }

    [Fact]
    public void What_was_done_already_is_not_done_again()
    {
        Assert.Empty(Processing.Complete().Facts);
        Assert.Empty(Processing.Link(Content, Now).Next.Link(Content, Now).Facts);
        Assert.Throws<Refusal>(() => Photo.Announce(_awaiting, _awaiting.Id, new(Mina, "image/jpeg", 1, null, null), Now));
    }

    [Fact]
    public void An_upload_that_is_another_one_now_leaves_the_picture_that_it_was()
    {
        var other = PhotoRows.NewContent();
        var linked = Processing.Link(Content, Now).Next.Link(other, Now);
        Assert.Equal([new PhotoFact.Unlinked(Content, Now), new PhotoFact.Linked(other)], linked.Facts);
    }

    [Fact]
    public void Who_is_rejected_or_removed_leaves_the_picture()
    {
        var linked = Processing.Link(Content, Now).Next;
        var rejected = linked.Reject("corrupt", Now);
        Assert.Equal([new PhotoFact.Unlinked(Content, Now), new PhotoFact.Rejected(linked.Id, Now)], rejected.Facts);
        Assert.Equal((PhotoState.Rejected, "corrupt", null), (rejected.Next.View().State, rejected.Next.View().Reason, rejected.Next.Content));
        Assert.Empty(rejected.Next.Complete().Facts);
        Assert.Empty(rejected.Next.BecomeReady(Picture, Now).Facts);

        Assert.Equal([new PhotoFact.Removed(linked.Id, HasUpload: true, Now), new PhotoFact.Unlinked(Content, Now)], linked.Remove(Now).Facts);
        var ready = linked.BecomeReady(Picture, Now).Next;
        Assert.Equal([new PhotoFact.Removed(linked.Id, HasUpload: false, Now), new PhotoFact.Unlinked(Content, Now)], ready.Remove(Now).Facts);
        Assert.Equal([new PhotoFact.Removed(_awaiting.Id, HasUpload: true, Now)], _awaiting.Remove(Now).Facts);
    }

    [Fact]
    public void Nobody_is_told_of_the_photos_of_others_or_of_those_that_are_gone()
    {
        Assert.Equal("photo_not_found", Assert.Throws<Refusal>(() => Photo.Own(_awaiting, Guid.NewGuid())).Code);
        Assert.Equal("photo_not_found", Assert.Throws<Refusal>(() => Photo.Own(_awaiting.Remove(Now).Next, Mina)).Code);
        Assert.Same(_awaiting, Photo.Own(_awaiting, Mina));
    }

    [Theory]
    [InlineData("image/jpeg", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("image/", false)]
    [InlineData("image/jpeg; charset=utf-8", false)]
    [InlineData("image/a/b", false)]
    [InlineData("text/html", false)]
    [InlineData("image/jp\r\neg", false)]
    public void Only_types_of_images_are_announced(string type, bool isOne) => Assert.Equal(isOne, PhotoLimits.IsImageType(type));

    [Fact]
    public void The_keys_of_a_picture_follow_from_its_content()
    {
        Assert.Equal($"public/photos/c1/{Content}/square.webp", PhotoKeys.Rendition(Content, "square", "webp"));
        Assert.Equal(9, PhotoKeys.AllOf(Content).Distinct().Count());
        Assert.All(PhotoKeys.AllOf(Content), key => Assert.True(StyleShare.Objects.ObjectKeys.IsKey(key), key));
    }
}
