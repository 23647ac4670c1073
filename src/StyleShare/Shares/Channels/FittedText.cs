using System.Globalization;
using System.Text;

namespace StyleShare.Shares.Channels;

/// <summary>Shortens texts to what a channel takes, by its own way of counting.</summary>
internal static class FittedText
{
    private const string Cut = "…";

    /// <summary>What X counts a link as, whatever its length; Mastodon does so too.</summary>
    public const int LinkWeight = 23;

    /// <summary>
    /// The text, or as much of it as fits with an ellipsis behind it. It is cut between what people see as characters, so that no
    /// emoji is halved.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The most that all of it may weigh.</param>
    /// <param name="weight">What a code point weighs.</param>
    public static string Fit(string text, int limit, Func<Rune, int> weight)
    {
        if (Weigh(text, weight) <= limit)
            return text;
        var left = limit - Weigh(Cut, weight);
        var kept = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            left -= Weigh(elements.GetTextElement(), weight);
            if (left < 0)
                break;
            kept = elements.ElementIndex + elements.GetTextElement().Length;
        }

        return text[..kept].TrimEnd() + Cut;
    }

    /// <summary>X: Latin and its neighbours, and some punctuation, count as one; all else, Korean and emoji too, as two
    /// (twitter-text, configuration 3).</summary>
    public static int WeightOnX(Rune rune) =>
        rune.Value is <= 4351 or (>= 8192 and <= 8205) or (>= 8208 and <= 8223) or (>= 8242 and <= 8247) ? 1 : 2;

    /// <summary>Mastodon: a character is a character. Those of several code points count as one there, and here as more.</summary>
    public static int WeightOnMastodon(Rune rune) => 1;

    private static int Weigh(string text, Func<Rune, int> weight)
    {
        var sum = 0;
        foreach (var rune in text.EnumerateRunes())
            sum += weight(rune);
        return sum;
    }
}
