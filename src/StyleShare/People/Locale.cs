namespace StyleShare.People;

/// <summary>The languages in which StyleShare writes to people.</summary>
public static class Locale
{
    /// <summary>Korean.</summary>
    public const string Korean = "ko";

    /// <summary>English; who does not say gets this.</summary>
    public const string English = "en";

    /// <summary>What to tell a person whose locale is refused.</summary>
    public const string Rule = "Must be ko or en.";

    /// <summary>Reads a language tag (RFC 5646) such as <c>ko</c> or <c>en-GB</c>; only its language counts.</summary>
    public static bool TryNormalize(string text, out string locale)
    {
        locale = "";
        if (text.Length is < 2 or > 35 || (text.Length > 2 && text[2] is not ('-' or '_')))
            return false;
        var language = text.AsSpan(0, 2);
        if (language.Equals(Korean, StringComparison.OrdinalIgnoreCase))
            locale = Korean;
        else if (language.Equals(English, StringComparison.OrdinalIgnoreCase))
            locale = English;
        return locale.Length > 0;
    }
}
