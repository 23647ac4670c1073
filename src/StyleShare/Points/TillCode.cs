using System.Security.Cryptography;

namespace StyleShare.Points;

/// <summary>
/// What an app shows and a till reads or types: ten characters of Crockford's base 32, which has no letters that look like
/// digits. Of its fifty random bits nobody guesses one that is in use, at ten wrong ones a minute.
/// </summary>
public static class TillCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 10;

    /// <summary>A new one.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The code as it is kept, of what was typed: in either case, grouped by hyphens or spaces, O for 0, I and L for 1.</summary>
    public static bool TryParse(string text, out string code)
    {
        code = "";
        if (text.Length > 2 * Length)
            return false;
        Span<char> kept = stackalloc char[2 * Length];
        var length = 0;
        foreach (var c in text)
        {
            if (c is '-' or ' ')
                continue;
            var upper = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (!Alphabet.Contains(upper, StringComparison.Ordinal))
                return false;
            kept[length++] = upper;
        }

        if (length != Length)
            return false;
        code = new string(kept[..length]);
        return true;
    }
}
