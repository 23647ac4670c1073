using System.Text;

namespace StyleShare.Notifications;

/// <summary>
/// A name in a Korean sentence. Its format is a particle, in either form: <c>{0:이}</c> is the name with 이 or 가 behind it,
/// by how the name ends when it is read aloud. Without a format it is the name alone.
/// </summary>
/// <remarks>
/// The last syllable decides: a Hangul one by its final consonant; digits and Latin letters by how Koreans read them. Where
/// that cannot be known (other scripts, emoji) both forms are given, 이(가), as is done in print.
/// </remarks>
public readonly record struct KoreanName(string Name) : IFormattable
{
    private enum Ending
    {
        Unknown,
        Vowel,
        Consonant,
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => format switch
    {
        null or "" => Name,
        "이" or "가" => With("이", "가"),
        "을" or "를" => With("을", "를"),
        "은" or "는" => With("은", "는"),
        "과" or "와" => With("과", "와"),
        _ => throw new FormatException($"'{format}' is no particle that is known here."),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;

    private string With(string afterConsonant, string afterVowel) => EndingOf(Name) switch
    {
        Ending.Consonant => Name + afterConsonant,
        Ending.Vowel => Name + afterVowel,
        _ => $"{Name}{afterConsonant}({afterVowel})",
    };

    private static Ending EndingOf(string name)
    {
        // What is not read aloud at the end (dots, underscores, emoji, brackets) decides nothing.
        var read = name.AsSpan();
        while (Rune.DecodeLastFromUtf16(read, out var last, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (Rune.IsLetterOrDigit(last))
                return EndingOf(read, last);
            read = read[..^length];
        }

        return Ending.Unknown;
    }

    private static Ending EndingOf(ReadOnlySpan<char> read, Rune last) => last.Value switch
    {
        // Syllables are 28 to each pair of initial consonant and vowel: the first of them is the one without a final.
        >= 0xAC00 and <= 0xD7A3 => (last.Value - 0xAC00) % 28 == 0 ? Ending.Vowel : Ending.Consonant,
        // Letters that stand alone are read by their names: 기역 to 히읗 end in consonants, ㅏ to ㅣ in vowels.
        >= 0x3131 and <= 0x314E => Ending.Consonant,
        >= 0x314F and <= 0x3163 => Ending.Vowel,
        // ん; every other kana ends in a vowel.
        'ん' or 'ン' => Ending.Consonant,
        >= 0x3041 and <= 0x30FF => Ending.Vowel,
        // 영 일 삼 육 칠 팔 end in consonants, and so do 십, 백, 천, 만 and 억, one of which a number with 0 at its end ends in.
        '0' or '1' or '3' or '6' or '7' or '8' => Ending.Consonant,
        '2' or '4' or '5' or '9' => Ending.Vowel,
        < 0x80 => EndingOfLatin(LastWord(read)),
        _ => WithoutAccent(last) is { } plain ? EndingOfLatin([(char)plain]) : Ending.Unknown,
    };

    private static ReadOnlySpan<char> LastWord(ReadOnlySpan<char> text)
    {
        var start = text.Length;
        while (start > 0 && char.IsAsciiLetter(text[start - 1]))
            start--;
        return text[start..];
    }

    private static char? WithoutAccent(Rune letter) =>
        letter.ToString().Normalize(NormalizationForm.FormD)[0] is var plain && char.IsAsciiLetter(plain) ? plain : null;

    // As loanword orthography writes it: l, m, n and ng are finals (콜, 샘, 존, 웡); b, c, k, p and t are after a single short
    // vowel (밥, 에릭, 팻), else they get a syllable of their own (마크); all others do always (데이비드, 로저, 제임스).
    private static Ending EndingOfLatin(ReadOnlySpan<char> word)
    {
        var last = char.ToLowerInvariant(word[^1]);
        if (IsSpelled(word))
            return last is 'l' or 'm' or 'n' or 'r' ? Ending.Consonant : Ending.Vowel;
        return last switch
        {
            'l' or 'm' or 'n' => Ending.Consonant,
            'g' => word.Length > 1 && char.ToLowerInvariant(word[^2]) == 'n' ? Ending.Consonant : Ending.Vowel,
            'b' or 'c' or 'k' or 'p' or 't' => IsAfterShortVowel(word) ? Ending.Consonant : Ending.Vowel,
            _ => Ending.Vowel,
        };
    }

    // A letter alone, and what has no vowel in it, is read letter by letter: BTS is 비티에스, KR is 케이알.
    private static bool IsSpelled(ReadOnlySpan<char> word) =>
        word.Length == 1 || word.IndexOfAny("aeiouyAEIOUY") < 0;

    private static bool IsAfterShortVowel(ReadOnlySpan<char> word)
    {
        var end = word.Length - 1;
        // Scott and Jack: two letters, one sound.
        if (end > 0 && (char.ToLowerInvariant(word[end - 1]) == char.ToLowerInvariant(word[end]) ||
            word[(end - 1)..].Equals("ck", StringComparison.OrdinalIgnoreCase)))
        {
            end--;
        }

        return end > 0 && IsVowel(word[end - 1]) && (end == 1 || !IsVowel(word[end - 2]));
    }

    private static bool IsVowel(char c) => char.ToLowerInvariant(c) is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
