using System.Text;

namespace StyleShare.Accounts;

/// <summary>What a password may be: 10 to 128 characters of any kind.</summary>
public static class Password
{
    /// <summary>The least number of code points.</summary>
    public const int MinLength = 10;

    /// <summary>The greatest number of code points; more would only cost time at each sign-in.</summary>
    public const int MaxLength = 128;

    /// <summary>What to tell a person whose password is refused.</summary>
    public const string Rule = "Must have 10 to 128 characters.";

    /// <summary>Brings a password to the form that is hashed (RFC 8265, 4.2: normalisation form C), so that keyboards which
    /// compose letters differently type the same password; false if it cannot be one.</summary>
    public static bool TryPrepare(string text, out string password)
    {
        password = "";
        if (text.Length > MaxLength * 8)
            return false;
        foreach (var rune in text.EnumerateRunes())
        {
            // Lone surrogates come as the replacement character, which nobody types.
            if (rune == Rune.ReplacementChar || (rune.Value & 0xFFFE) == 0xFFFE)
                return false;
        }

        var normal = text.Normalize(NormalizationForm.FormC);
        if (Text.Length(normal) is < MinLength or > MaxLength)
            return false;
        password = normal;
        return true;
    }
}
