using FsCheck;
using FsCheck.Fluent;

namespace StyleShare.Tests;

public sealed class TextTests
{
    private static readonly TextRule Line = new(10, Required: true);
    private static readonly TextRule Lines = new(2_200, MultiLine: true);

    [Theory]
    [InlineData("a\0b", TextProblem.NotText)]
    [InlineData("a\u0007", TextProblem.NotText)]
    [InlineData("a\u0085", TextProblem.NotText)]
    [InlineData("a\nb", TextProblem.NotText)]
    [InlineData("a\ufffe", TextProblem.NotText)]
    [InlineData("a\ufdd0", TextProblem.NotText)]
    [InlineData("", TextProblem.Empty)]
    [InlineData("   ", TextProblem.Empty)]
    [InlineData("\u200b\u200d\u2060", TextProblem.Empty)]
    [InlineData("01234567890", TextProblem.TooLong)]
    [InlineData("0123456789", TextProblem.None)]
    [InlineData("민아 🧥", TextProblem.None)]
    public void A_line_of_text_is_checked(string text, TextProblem expected) =>
        Assert.Equal(expected, Text.Clean(text, Line, out _));

    [Fact]
    public void A_lone_surrogate_is_no_text()
    {
        // Not among the cases above: attributes are kept as UTF-8, which has no lone surrogates.
        Assert.Equal(TextProblem.NotText, Text.Clean("a\ud800", Line, out _));
        Assert.Equal(TextProblem.NotText, Text.Clean("\udc00b", Line, out _));
        Assert.Equal(TextProblem.NotText, Text.Clean("\udc00\ud800", Line, out _));
    }

    [Fact]
    public void A_limit_counts_an_emoji_as_one()
    {
        var emoji = string.Concat(Enumerable.Repeat("🧥", 2_200));
        Assert.Equal(TextProblem.None, Text.Clean(emoji, Lines, out var clean));
        Assert.Equal(emoji, clean);
        Assert.Equal(TextProblem.TooLong, Text.Clean(emoji + "🧥", Lines, out _));
    }

    [Fact]
    public void A_decomposed_text_is_kept_composed_and_counted_so()
    {
        var decomposed = string.Concat(Enumerable.Repeat("한".Normalize(System.Text.NormalizationForm.FormD), 10));
        Assert.Equal(30, decomposed.Length);
        Assert.Equal(TextProblem.None, Text.Clean(decomposed, Line, out var clean));
        Assert.Equal("한한한한한한한한한한", clean);
    }

    [Fact]
    public void Lines_keep_their_breaks_and_a_single_line_loses_the_spaces_around_it()
    {
        Assert.Equal(TextProblem.None, Text.Clean(" a\r\nb\tc ", Lines, out var lines));
        Assert.Equal(" a\nb\tc ", lines);
        Assert.Equal(TextProblem.None, Text.Clean("  Mina  ", Line, out var line));
        Assert.Equal("Mina", line);
    }

    [Fact]
    public void Text_far_over_its_limit_is_refused_unread() =>
        Assert.Equal(TextProblem.TooLong, Text.Clean(new string('\0', 1_000_000), Line, out _));

    [Fact]
    public void What_was_accepted_is_accepted_again_unchanged_and_within_its_limit()
    {
        var anything = ArbMap.Default.ArbFor<string>().Filter(text => text is not null);
        Prop.ForAll(anything, text =>
        {
            if (Text.Clean(text, Lines, out var clean) != TextProblem.None)
                return clean.Length == 0;
            return Text.Clean(clean, Lines, out var again) == TextProblem.None
                && again == clean
                && Text.Length(clean) <= Lines.MaxLength
                && !clean.Contains('\0', StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }
}
