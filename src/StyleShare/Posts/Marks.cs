using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using StyleShare.Accounts;

namespace StyleShare.Posts;

/// <summary>Finds the marks in a caption: <c>#tags</c> and <c>@mentions</c>.</summary>
public static class Marks
{
    /// <summary>The tags, folded, each once, in the order of the caption.</summary>
    /// <remarks>A tag is of letters, marks, digits and <c>_</c> of any script, and does not start within a word.</remarks>
    public static ImmutableArray<string> Tags(string caption)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        var text = caption.AsSpan();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('#' or '＃') || IsInWord(text, i))
                continue;
            var length = Run(text[(i + 1)..], IsTagRune);
            if (length > 0 && FoldTag(text.Slice(i + 1, length).ToString()) is { } tag && !tags.Contains(tag))
                tags.Add(tag);
            i += length;
        }

        return tags.DrainToImmutable();
    }

    /// <summary>The form by which tags are compared: normalisation form C, lower case; null if this is no tag.</summary>
    public static string? FoldTag(string text)
    {
        // Before any work is done on it: no text in a caption is longer, and lone surrogates cannot be normalised.
        if (text.Length is 0 or > PostLimits.TagLength * 4 || Run(text, IsTagRune) != text.Length)
            return null;
        var tag = text.Normalize(NormalizationForm.FormC).ToLowerInvariant();
        return Text.Length(tag) <= PostLimits.TagLength ? tag : null;
    }

    /// <summary>The handles that may be meant, folded, each once; whether there are such people is not known here.</summary>
    public static ImmutableArray<string> Mentions(string caption)
    {
        var mentions = ImmutableArray.CreateBuilder<string>();
        var text = caption.AsSpan();
        for (var i = 0; i < text.Length && mentions.Count < PostLimits.Mentions; i++)
        {
            if (text[i] is not ('@' or '＠') || IsInWord(text, i))
                continue;
            var run = text.Slice(i + 1, Run(text[(i + 1)..], IsHandleRune));
            i += run.Length;

            // A dot at the end is the sentence's.
            if (Handle.TryFold(run.TrimEnd('.').ToString(), out var handle) && !mentions.Contains(handle))
                mentions.Add(handle);
        }

        return mentions.DrainToImmutable();
    }

    private static bool IsInWord(ReadOnlySpan<char> text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text[..at], out var before, out _) == System.Buffers.OperationStatus.Done &&
        IsTagRune(before);

    private static int Run(ReadOnlySpan<char> text, Func<Rune, bool> belongs)
    {
        var length = 0;
        while (length < text.Length &&
               Rune.DecodeFromUtf16(text[length..], out var rune, out var size) == System.Buffers.OperationStatus.Done &&
               belongs(rune))
        {
            length += size;
        }

        return length;
    }

    private static bool IsHandleRune(Rune rune) => rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '.');

    private static bool IsTagRune(Rune rune) => rune.Value == '_' || Rune.IsLetterOrDigit(rune) ||
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
