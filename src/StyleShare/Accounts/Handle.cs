namespace StyleShare.Accounts;

/// <summary>A handle: the short name that a person is found by; 3 to 30 of <c>a-z0-9_.</c>, unique.</summary>
public static class Handle
{
    /// <summary>The least number of characters.</summary>
    public const int MinLength = 3;

    /// <summary>The greatest number of characters.</summary>
    public const int MaxLength = 30;

    /// <summary>What to tell a person whose handle is refused.</summary>
    public const string Rule = "Must be 3 to 30 of the letters a-z, digits, '_' and '.'.";

    /// <summary>Folds upper case and checks the rest; only ASCII is let through, so nothing that merely looks the same is.</summary>
    public static bool TryFold(string text, out string handle)
    {
        handle = "";
        if (text.Length is < MinLength or > MaxLength)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.'))
                return false;
        }

        handle = text.ToLowerInvariant();
        return true;
    }
}
