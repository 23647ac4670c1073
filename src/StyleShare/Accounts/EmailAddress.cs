using System.Buffers;
using System.Globalization;
using System.Text;

namespace StyleShare.Accounts;

/// <summary>An e-mail address as accounts take it: a plain <c>local@domain</c> of RFC 5321, in ASCII.</summary>
/// <remarks>
/// Quoted local parts and address literals are valid there, and used by nobody but attackers; they are refused. A domain in
/// other letters (<c>한국.kr</c>) is kept as DNS and mail servers know it, in the letters of IDNA (RFC 5890).
/// </remarks>
public static class EmailAddress
{
    /// <summary>The greatest length (RFC 3696, erratum 1690).</summary>
    public const int MaxLength = 254;

    /// <summary>What to tell a person whose address is refused.</summary>
    public const string Rule = "Must be an e-mail address such as mina@example.com.";

    private const int MaxLocalLength = 64;
    private const int MaxLabelLength = 63;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    // RFC 5322, 3.2.3 (atext)
    private static readonly SearchValues<char> Atext = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>Cuts the spaces off, folds the domain and checks the syntax.</summary>
    /// <remarks>The local part keeps its case, for its server may care; who has an address is asked without case.</remarks>
    public static bool TryNormalize(string text, out string address)
    {
        address = "";
        if (text.Length > MaxLength * 2)
            return false;
        var trimmed = text.AsSpan().Trim(' ');
        if (!Ascii.IsValid(trimmed))
        {
            if (!TryEncodeDomain(trimmed, out var encoded))
                return false;
            trimmed = encoded;
        }

        var at = trimmed.LastIndexOf('@');
        if (trimmed.Length > MaxLength || at is < 1 or > MaxLocalLength)
            return false;
        if (!IsLocalPart(trimmed[..at]) || !IsDomain(trimmed[(at + 1)..]))
            return false;
        address = string.Concat(trimmed[..at], "@", trimmed[(at + 1)..].ToString().ToLowerInvariant());
        return true;
    }

    private static bool TryEncodeDomain(ReadOnlySpan<char> text, out string encoded)
    {
        encoded = "";
        var at = text.LastIndexOf('@');
        if (at < 0 || !Ascii.IsValid(text[..at]))
            return false;
        try
        {
            encoded = string.Concat(text[..(at + 1)], Idn.GetAscii(text[(at + 1)..].ToString()));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        foreach (var atom in local.Split('.'))
        {
            if (local[atom].IsEmpty || local[atom].ContainsAnyExcept(Atext))
                return false;
        }

        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is < 1 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }

            labels++;
        }

        return labels >= 2;
    }
}
