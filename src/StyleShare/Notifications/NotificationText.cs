using System.Globalization;
using System.Text;
using StyleShare.People;

namespace StyleShare.Notifications;

/// <summary>What a line of the inbox says.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Names">Who did it, the newest first; as many as are known by name here.</param>
/// <param name="Count">How many did it in all.</param>
/// <param name="InComment">A mention: whether it is in a comment; else it is in a caption.</param>
/// <param name="Quote">The comment or caption that it is about; null if there is none.</param>
/// <param name="System">What the service says, for the kind that has its own words.</param>
public readonly record struct NotificationWords(
    NotificationKind Kind, IReadOnlyList<string> Names, long Count, bool InComment, string? Quote, SystemText? System);

/// <summary>Writes what the inbox, pushes and mails say, in the recipient's language.</summary>
public static class NotificationText
{
    /// <summary>The most text elements of a quote: two lines of a phone.</summary>
    public const int QuoteLength = 80;

    /// <summary>The sentence, in <c>ko</c> or <c>en</c>.</summary>
    public static string Write(NotificationWords words, string locale) => (words.System, locale == Locale.Korean) switch
    {
        ({ } system, true) => system.Korean,
        ({ } system, false) => system.English,
        (_, true) => InKorean(words),
        _ => InEnglish(words),
    };

    /// <summary>The beginning of a text, in one line.</summary>
    public static string Shorten(string text, int length = QuoteLength)
    {
        var shown = new StringBuilder();
        var elements = StringInfo.GetTextElementEnumerator(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        for (var i = 0; elements.MoveNext(); i++)
        {
            if (i == length)
                return shown.Append('…').ToString();
            shown.Append(elements.GetTextElement());
        }

        return shown.ToString();
    }

    private static string InKorean(NotificationWords words)
    {
        var who = (words.Count, words.Names) switch
        {
            (_, []) => "누군가가",
            ( <= 1, [var one, ..]) => Korean("{0:이}", one),
            (2, [var one, var other, ..]) => Korean("{0:과} {1:이}", one, other),
            (_, [var one, ..]) => Korean("{0}", one) + string.Create(CultureInfo.InvariantCulture, $" 외 {words.Count - 1}명이"),
        };
        return words.Kind switch
        {
            NotificationKind.Like => $"{who} 회원님의 게시물을 좋아합니다.",
            NotificationKind.Follow => $"{who} 회원님을 팔로우합니다.",
            NotificationKind.Comment => $"{who} 회원님의 게시물에 댓글을 남겼습니다" + Quoted(words.Quote),
            NotificationKind.Mention when words.InComment => $"{who} 댓글에서 회원님을 언급했습니다" + Quoted(words.Quote),
            NotificationKind.Mention => $"{who} 게시물에서 회원님을 언급했습니다" + Quoted(words.Quote),
            _ => throw NoWords(words),
        };
    }

    private static string InEnglish(NotificationWords words)
    {
        var who = (words.Count, words.Names) switch
        {
            ( <= 1, []) => "Somebody",
            (_, []) => string.Create(CultureInfo.InvariantCulture, $"{words.Count} people"),
            ( <= 1, [var one, ..]) => one,
            (2, [var one, var other, ..]) => $"{one} and {other}",
            (_, [var one, ..]) => string.Create(
                CultureInfo.InvariantCulture, $"{one} and {words.Count - 1} {(words.Count == 2 ? "other" : "others")}"),
        };
        var s = words.Count <= 1 ? "s" : "";
        return words.Kind switch
        {
            NotificationKind.Like => $"{who} like{s} your post.",
            NotificationKind.Follow => $"{who} follow{s} you.",
            NotificationKind.Comment => $"{who} commented on your post" + Quoted(words.Quote),
            NotificationKind.Mention when words.InComment => $"{who} mentioned you in a comment" + Quoted(words.Quote),
            NotificationKind.Mention => $"{who} mentioned you in a post" + Quoted(words.Quote),
            _ => throw NoWords(words),
        };
    }

    private static string Quoted(string? quote) => quote is { Length: > 0 } ? $": “{Shorten(quote)}”" : ".";

    private static string Korean(string template, string one, string other = "") =>
        string.Format(CultureInfo.InvariantCulture, template, new KoreanName(one), new KoreanName(other));

    private static ArgumentException NoWords(NotificationWords words) =>
        new($"A line of kind {words.Kind} has to bring its own words.", nameof(words));
}
