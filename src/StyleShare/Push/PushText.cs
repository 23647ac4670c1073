using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StyleShare.Push;

/// <summary>Fits texts into what a platform takes.</summary>
internal static class PushText
{
    private const string Cut = "…";

    /// <summary>Korean as it is: its escapes would take twice the bytes of the little room there is.</summary>
    public static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Makes the payload, with the body cut short if it is too large with all of it, and the title too if that is not enough;
    /// null if the rest alone is too large.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="make">Makes the payload with a title and a body.</param>
    /// <param name="limit">The most bytes.</param>
    public static byte[]? Fit(PushMessage message, Func<string, string, byte[]> make, int limit)
    {
        var whole = make(message.Title, message.Body);
        if (whole.Length <= limit)
            return whole;
        return Longest(message.Body, body => make(message.Title, body), limit)
            ?? Longest(message.Title, title => make(title, ""), limit);
    }

    // Cuts between what people see as characters, so that no emoji is halved.
    private static byte[]? Longest(string text, Func<string, byte[]> make, int limit)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        byte[]? best = null;
        var (low, high) = (0, starts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var payload = make(middle == 0 ? "" : string.Concat(text.AsSpan(0, starts[middle]).TrimEnd(), Cut));
            if (payload.Length <= limit)
            {
                best = payload;
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return best;
    }
}
