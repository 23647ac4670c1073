using System.Globalization;
using StyleShare.Notifications;

namespace StyleShare.Tests.Notifications;

/// <summary>What lines say, with the right particles and plurals.</summary>
public sealed class NotificationTextTests
{
    [Theory]
    // Hangul, by the final consonant.
    [InlineData("민준", "민준이 민준을 민준은 민준과")]
    [InlineData("미나", "미나가 미나를 미나는 미나와")]
    [InlineData("김철", "김철이 김철을 김철은 김철과")]
    [InlineData("Mina 김", "Mina 김이 Mina 김을 Mina 김은 Mina 김과")]
    // What is not read aloud at the end decides nothing.
    [InlineData("미나🌿", "미나🌿가 미나🌿를 미나🌿는 미나🌿와")]
    [InlineData("(민준)", "(민준)이 (민준)을 (민준)은 (민준)과")]
    [InlineData("mina_", "mina_가 mina_를 mina_는 mina_와")]
    // Digits, as they are read: 영 일 이 삼 사 오 육 칠 팔 구, 십.
    [InlineData("미나0", "미나0이 미나0을 미나0은 미나0과")]
    [InlineData("미나1", "미나1이 미나1을 미나1은 미나1과")]
    [InlineData("미나2", "미나2가 미나2를 미나2는 미나2와")]
    [InlineData("user100", "user100이 user100을 user100은 user100과")]
    [InlineData("kim99", "kim99가 kim99를 kim99는 kim99와")]
    // Latin words, as Korean writes them.
    [InlineData("Juno", "Juno가 Juno를 Juno는 Juno와")]
    [InlineData("Sam", "Sam이 Sam을 Sam은 Sam과")]
    [InlineData("Daniel", "Daniel이 Daniel을 Daniel은 Daniel과")]
    [InlineData("Ming", "Ming이 Ming을 Ming은 Ming과")]
    [InlineData("Greg", "Greg가 Greg를 Greg는 Greg와")]
    [InlineData("Peter", "Peter가 Peter를 Peter는 Peter와")]
    [InlineData("Jack", "Jack이 Jack을 Jack은 Jack과")]
    [InlineData("Scott", "Scott이 Scott을 Scott은 Scott과")]
    [InlineData("Mark", "Mark가 Mark를 Mark는 Mark와")]
    [InlineData("David", "David가 David를 David는 David와")]
    [InlineData("René", "René가 René를 René는 René와")]
    // Letter by letter.
    [InlineData("BTS", "BTS가 BTS를 BTS는 BTS와")]
    [InlineData("미나 L", "미나 L이 미나 L을 미나 L은 미나 L과")]
    [InlineData("ㅋㅋ", "ㅋㅋ이 ㅋㅋ을 ㅋㅋ은 ㅋㅋ과")]
    [InlineData("ㅠㅠ", "ㅠㅠ가 ㅠㅠ를 ㅠㅠ는 ㅠㅠ와")]
    [InlineData("けん", "けん이 けん을 けん은 けん과")]
    [InlineData("ゆき", "ゆき가 ゆき를 ゆき는 ゆき와")]
    // Nobody knows.
    [InlineData("王", "王이(가) 王을(를) 王은(는) 王과(와)")]
    [InlineData("🌿", "🌿이(가) 🌿을(를) 🌿은(는) 🌿과(와)")]
    [InlineData("", "이(가) 을(를) 은(는) 과(와)")]
    public void Particles_follow_how_the_name_ends(string name, string expected)
    {
        var korean = new KoreanName(name);
        Assert.Equal(expected, string.Format(CultureInfo.InvariantCulture, "{0:이} {0:을} {0:은} {0:과}", korean));
        Assert.Equal(expected, string.Format(CultureInfo.InvariantCulture, "{0:가} {0:를} {0:는} {0:와}", korean));
        Assert.Equal(name, korean.ToString());
    }

    [Fact]
    public void All_syllables_of_Hangul_take_the_particle_of_their_final_consonant()
    {
        for (var syllable = '가'; syllable <= '힣'; syllable++)
        {
            // Decomposed, a syllable with a final consonant has three letters.
            var hasFinal = syllable.ToString().Normalize(System.Text.NormalizationForm.FormD).Length == 3;
            Assert.Equal(syllable + (hasFinal ? "을" : "를"), new KoreanName(syllable.ToString()).ToString("을", null));
        }
    }

    [Theory]
    [InlineData(NotificationKind.Like, 1, "Mina likes your post.", "Mina가 회원님의 게시물을 좋아합니다.")]
    [InlineData(NotificationKind.Like, 2, "Mina and 민준 like your post.", "Mina와 민준이 회원님의 게시물을 좋아합니다.")]
    [InlineData(NotificationKind.Like, 3, "Mina and 2 others like your post.", "Mina 외 2명이 회원님의 게시물을 좋아합니다.")]
    [InlineData(NotificationKind.Like, 1_000, "Mina and 999 others like your post.", "Mina 외 999명이 회원님의 게시물을 좋아합니다.")]
    [InlineData(NotificationKind.Follow, 1, "Mina follows you.", "Mina가 회원님을 팔로우합니다.")]
    [InlineData(NotificationKind.Follow, 2, "Mina and 민준 follow you.", "Mina와 민준이 회원님을 팔로우합니다.")]
    [InlineData(NotificationKind.Follow, 4, "Mina and 3 others follow you.", "Mina 외 3명이 회원님을 팔로우합니다.")]
    public void Groups_are_counted_in_both_languages(NotificationKind kind, long count, string english, string korean)
    {
        var words = new NotificationWords(kind, ["Mina", "민준"], count, InComment: false, Quote: null, System: null);
        Assert.Equal(english, NotificationText.Write(words, "en"));
        Assert.Equal(korean, NotificationText.Write(words, "ko"));
    }

    [Fact]
    public void One_name_and_one_who_is_not_known_by_name_are_one_and_another()
    {
        var words = new NotificationWords(NotificationKind.Like, ["미나"], 2, false, null, null);
        Assert.Equal("미나 and 1 other like your post.", NotificationText.Write(words, "en"));
        Assert.Equal("미나 외 1명이 회원님의 게시물을 좋아합니다.", NotificationText.Write(words, "ko"));
    }

    [Fact]
    public void Comments_and_mentions_quote_what_was_written()
    {
        var comment = new NotificationWords(NotificationKind.Comment, ["민준"], 1, InComment: true, "Where\nis it  from?", null);
        Assert.Equal("민준 commented on your post: “Where is it from?”", NotificationText.Write(comment, "en"));
        Assert.Equal("민준이 회원님의 게시물에 댓글을 남겼습니다: “Where is it from?”", NotificationText.Write(comment, "ko"));
        var mention = comment with { Kind = NotificationKind.Mention };
        Assert.Equal("민준 mentioned you in a comment: “Where is it from?”", NotificationText.Write(mention, "en"));
        Assert.Equal("민준이 댓글에서 회원님을 언급했습니다: “Where is it from?”", NotificationText.Write(mention, "ko"));
        var caption = mention with { InComment = false, Quote = null };
        Assert.Equal("민준 mentioned you in a post.", NotificationText.Write(caption, "en"));
        Assert.Equal("민준이 게시물에서 회원님을 언급했습니다.", NotificationText.Write(caption, "ko"));
    }

    [Fact]
    public void What_the_service_says_is_in_its_own_words()
    {
        var words = new NotificationWords(NotificationKind.System, [], 1, false, null, new("비밀번호가 바뀌었습니다.", "Your password was changed."));
        Assert.Equal("Your password was changed.", NotificationText.Write(words, "en"));
        Assert.Equal("비밀번호가 바뀌었습니다.", NotificationText.Write(words, "ko"));
    }

    [Fact]
    public void A_long_quote_is_cut_between_characters_as_people_see_them()
    {
        var family = "👩‍👩‍👧";
        var text = string.Concat(Enumerable.Repeat(family, NotificationText.QuoteLength + 1));
        Assert.Equal(string.Concat(Enumerable.Repeat(family, NotificationText.QuoteLength)) + "…", NotificationText.Shorten(text));
        Assert.Equal(family, NotificationText.Shorten(family));
    }
}
