using System.Globalization;
using System.Text;

namespace StyleShare;

/// <summary>What a field of text may hold.</summary>
/// <param name="MaxLength">The most Unicode code points after normalisation, so that an emoji counts as a letter does.</param>
/// <param name="Required">Whether something that can be seen must be in it.</param>
/// <param name="MultiLine">Whether line feeds and tabs are allowed; spaces around a single line are cut off.</param>
public readonly record struct TextRule(int MaxLength, bool Required = false, bool MultiLine = false);

/// <summary>What is wrong with a text.</summary>
public enum TextProblem
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is nothing in it that can be seen.</summary>
    Empty,

    /// <summary>It has more code points than it may have.</summary>
    TooLong,

    /// <summary>It has NUL, a control character, a lone surrogate or a noncharacter in it.</summary>
    NotText,
}

/// <summary>Rules for what people write.</summary>
public static class Text
{
    // Normalisation makes text shorter (a Hangul syllable out of three letters) or longer, never by more than this; what is
    // longer still is refused before any work is done on it.
    private const int MaxExpansion = 8;

    /// <summary>Checks a text and brings it to the form that is kept: normalisation form C (UAX #15), with LF line ends.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="rule">What the field may hold.</param>
    /// <param name="clean">The text to keep; empty if there is a problem.</param>
    public static TextProblem Clean(string text, TextRule rule, out string clean)
    {
        clean = "";
        if (text.Length > (long)rule.MaxLength * MaxExpansion)
            return TextProblem.TooLong;
        var kept = rule.MultiLine ? text.ReplaceLineEndings("\n") : text.Trim(' ');
        if (!IsText(kept, rule.MultiLine, out var visible))
            return TextProblem.NotText;
        if (rule.Required && !visible)
            return TextProblem.Empty;
        if (!Ascii.IsValid(kept))
            kept = kept.Normalize(NormalizationForm.FormC);
        if (Length(kept) > rule.MaxLength)
            return TextProblem.TooLong;
        clean = kept;
        return TextProblem.None;
    }

    /// <summary>How many code points the text has.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            if (char.IsLowSurrogate(c))
                length--;
        }

        return length;
    }

    /// <summary>What to tell a person whose text has this problem.</summary>
    public static string Describe(TextProblem problem, TextRule rule) => problem switch
    {
        TextProblem.Empty => "Must not be empty.",
        TextProblem.TooLong => string.Create(
            CultureInfo.InvariantCulture, $"Must have {rule.MaxLength} characters at the most."),
        TextProblem.NotText => "Must not have control characters or broken Unicode in it.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "This is no problem."),
    };

    private static bool IsText(string text, bool multiLine, out bool visible)
    {
        visible = false;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[length..];
            var category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.Control && !(multiLine && rune.Value is '\n' or '\t'))
                return false;
            if (IsNoncharacter(rune.Value))
                return false;
            visible |= !Rune.IsWhiteSpace(rune) && category is not (UnicodeCategory.Control or UnicodeCategory.Format);
        }

        return true;
    }

    // Unicode 16, 23.7: never used for interchange, and not all of them can be normalised.
    private static bool IsNoncharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;
}
