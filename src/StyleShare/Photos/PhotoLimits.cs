using System.Buffers;

namespace StyleShare.Photos;

/// <summary>The limits of what may be announced; the API names the field that is outside of one.</summary>
public static class PhotoLimits
{
    /// <summary>How long a content type may be.</summary>
    public const int ContentType = 100;

    private static readonly SearchValues<char> Token =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+");

    /// <summary>
    /// Whether it is the media type of an image (RFC 6838, 4.2), in lower case and without parameters. Which formats are taken is
    /// found out from the bytes: what a client takes them for says nothing.
    /// </summary>
    public static bool IsImageType(string text) =>
        text.Length is > 6 and <= ContentType && text.StartsWith("image/", StringComparison.Ordinal)
        && !text.AsSpan(6).ContainsAnyExcept(Token);

    /// <summary>Whether it is a SHA-256 in lower-case hex.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
