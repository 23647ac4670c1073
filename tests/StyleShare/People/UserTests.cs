using StyleShare.People;

namespace StyleShare.Tests.People;

public sealed class UserTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Juno = Guid.NewGuid();
    private static readonly EditProfile NoEdit = new(null, null, null, false, null, null, null);
    private readonly User _mina = User.New(Guid.NewGuid(), "mina", "mina@example.com", "Mina", "ko", Now);

    [Fact]
    public void A_follower_is_counted_and_written()
    {
        var followed = User.AddFollower(_mina, Juno, Now);
        Assert.Equal(1, followed.Next.Followers);
        Assert.Equal([UserFact.Followed(_mina.Id, Juno, Now)], followed.Facts);

        var unfollowed = followed.Next.RemoveFollower(Juno, Now);
        Assert.Equal(_mina, unfollowed.Next);
        Assert.Equal([UserFact.Unfollowed(_mina.Id, Juno, Now)], unfollowed.Facts);
    }

    [Fact]
    public void Nobody_follows_who_is_not_here()
    {
        Assert.Equal("user_not_found", Assert.Throws<Refusal>(() => User.AddFollower(null, Juno, Now)).Code);
        var gone = _mina.Vanish(Now).Next;
        Assert.Equal("user_not_found", Assert.Throws<Refusal>(() => User.AddFollower(gone, Juno, Now)).Code);
    }

    [Fact]
    public void What_an_edit_does_not_name_stays()
    {
        var avatar = Guid.NewGuid();
        var edited = _mina.Edit(NoEdit with { Bio = "Coats.\r\nAnd bags.", AvatarPhotoId = avatar }, Now, "aa");
        Assert.Equal(_mina with { Bio = "Coats.\nAnd bags.", AvatarPhotoId = avatar, Avatar = "aa" }, edited.Next);
        Assert.Equal([UserFact.Edited, UserFact.AvatarShown(_mina.Id, avatar)], edited.Facts);
        Assert.Empty(edited.Next.Edit(NoEdit, Now).Facts);
        Assert.Null(edited.Next.Edit(NoEdit with { ClearAvatar = true }, Now).Next.AvatarPhotoId);
        Assert.Equal("", edited.Next.Edit(NoEdit with { Bio = "" }, Now).Next.Bio);
    }

    [Fact]
    public void A_person_is_shown_by_the_photo_that_they_chose_last_once_it_is_ready()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var waiting = _mina.Edit(NoEdit with { AvatarPhotoId = first }, Now).Next;
        Assert.Null(waiting.Avatar);
        var shown = waiting.ShowAvatar(first, "aa").Next;
        Assert.Equal("aa", shown.Avatar);
        Assert.Empty(shown.ShowAvatar(first, "aa").Facts);
        Assert.Equal("aa", shown.Edit(NoEdit with { AvatarPhotoId = first }, Now, "aa").Next.Avatar);

        var changed = shown.Edit(NoEdit with { AvatarPhotoId = second }, Now);
        Assert.Null(changed.Next.Avatar);
        Assert.Equal([UserFact.Edited, UserFact.AvatarHidden(_mina.Id, first), UserFact.AvatarShown(_mina.Id, second)], changed.Facts);
        Assert.Empty(changed.Next.ShowAvatar(first, "aa").Facts);
        Assert.Empty(changed.Next.DropAvatar(first).Facts);
        var dropped = changed.Next.DropAvatar(second);
        Assert.Equal((null, null), (dropped.Next.AvatarPhotoId, dropped.Next.Avatar));
        Assert.Equal([UserFact.AvatarHidden(_mina.Id, second)], dropped.Facts);
        var cleared = shown.Edit(NoEdit with { ClearAvatar = true }, Now);
        Assert.Equal((null, null), (cleared.Next.AvatarPhotoId, cleared.Next.Avatar));
    }

    [Fact]
    public void Bad_texts_are_refused()
    {
        Refused("invalid_display_name", NoEdit with { DisplayName = " " });
        Refused("invalid_display_name", NoEdit with { DisplayName = new string('m', 51) });
        Refused("invalid_bio", NoEdit with { Bio = new string('m', 301) });
        Refused("invalid_bio", NoEdit with { Bio = "\0" });
        Refused("invalid_locale", NoEdit with { Locale = "tlh" });

        void Refused(string code, EditProfile edit) =>
            Assert.Equal(code, Assert.Throws<Refusal>(() => _mina.Edit(edit, Now)).Code);
    }

    [Fact]
    public void A_new_follower_does_not_make_a_seen_profile_stale()
    {
        Assert.True((_mina with { Followers = 7 }).HasProfileOf(_mina));
        Assert.False((_mina with { Bio = "Coats." }).HasProfileOf(_mina));
    }

    [Fact]
    public void Nothing_that_tells_who_they_were_is_left_of_the_erased()
    {
        var edited = _mina.Edit(NoEdit with { Bio = "Coats.", AvatarPhotoId = Juno }, Now).Next;
        var scrubbed = edited.Vanish(Now).Next.Scrub(Now.AddDays(1));
        Assert.Equal(new User(_mina.Id, "", "", "", "", null, "en", 0, Now, Now), scrubbed.Next);
        Assert.Empty(scrubbed.Next.Scrub(Now).Facts);
        Assert.Empty(scrubbed.Next.Vanish(Now).Facts);
    }

    [Theory]
    [InlineData("ko", "ko")]
    [InlineData("KO-kr", "ko")]
    [InlineData("en-GB", "en")]
    [InlineData("en_US", "en")]
    [InlineData("fr", null)]
    [InlineData("k", null)]
    [InlineData("kok", null)]
    [InlineData("", null)]
    public void A_locale_is_a_language_we_write(string text, string? expected) =>
        Assert.Equal(expected, Locale.TryNormalize(text, out var locale) ? locale : null);
}
