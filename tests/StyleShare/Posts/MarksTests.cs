using FsCheck;
using FsCheck.Fluent;
using StyleShare.Posts;

namespace StyleShare.Tests.Posts;

public sealed class MarksTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("no tags", "")]
    [InlineData("#Shoes and #BAGS", "shoes bags")]
    [InlineData("#오늘의코디 #서울_2026!", "오늘의코디 서울_2026")]
    [InlineData("#one#two ##three", "one three")]
    [InlineData("#same #SAME #same", "same")]
    [InlineData("a#b ü#c 9#d _#e", "")]
    [InlineData("(#f), .#g", "f g")]
    [InlineData("# #! #-x #", "")]
    [InlineData("#café", "café")]
    [InlineData("#cafe\u0301", "café")]
    [InlineData("#हिन्दी", "हिन्दी")]
    [InlineData("＃전각", "전각")]
    [InlineData("#😀 😀#h", "h")]
    [InlineData("#\U00010400a", "\U00010428a")]
    public void Tags_are_runs_of_letters_digits_and_underscores(string caption, string tags) =>
        Assert.Equal(tags, string.Join(' ', Marks.Tags(caption)));

    [Fact]
    public void A_run_of_letters_that_is_too_long_is_no_tag()
    {
        var longest = new string('가', PostLimits.TagLength);
        Assert.Equal([longest], Marks.Tags("#" + longest));
        Assert.Empty(Marks.Tags("#" + longest + "가"));
        Assert.Empty(Marks.Tags("#" + new string('x', 2_000)));
    }

    [Theory]
    [InlineData("Shoes", "shoes")]
    [InlineData("서울", "서울")]
    [InlineData("", null)]
    [InlineData("#shoes", null)]
    [InlineData("a b", null)]
    [InlineData("\0", null)]
    public void What_is_asked_for_is_folded_as_captions_are(string text, string? tag) => Assert.Equal(tag, Marks.FoldTag(text));

    [Theory]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public void Half_a_character_is_no_tag(char half) => Assert.Null(Marks.FoldTag($"a{half}"));

    [Fact]
    public void A_tag_that_was_found_folds_to_itself()
    {
        Prop.ForAll<NonNull<string>>(text =>
            Marks.Tags("#" + text.Get + " #" + text.Get).All(tag => Marks.FoldTag(tag) == tag)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("@mina and @MINA, @jun.ho.", "mina jun.ho")]
    [InlineData("mail@example.com", "")]
    [InlineData("@ab @abc", "abc")]
    [InlineData("@a_b.c9!", "a_b.c9")]
    [InlineData("@한글 @latin한글", "latin")]
    [InlineData("＠mina", "mina")]
    [InlineData("@@mina (@jun)", "mina jun")]
    public void Mentions_are_what_may_be_a_handle(string caption, string handles) =>
        Assert.Equal(handles, string.Join(' ', Marks.Mentions(caption)));

    [Fact]
    public void A_crowd_is_not_called() => Assert.Equal(
        PostLimits.Mentions,
        Marks.Mentions(string.Join(' ', Enumerable.Range(0, 50).Select(i => $"@person{i}"))).Length);
}
