using System.Collections.Immutable;
using System.Globalization;
using StyleShare.Mail;
using StyleShare.People;

namespace StyleShare.Digests;

/// <summary>When a digest goes out and what it says; pure.</summary>
internal static class Digest
{
    /// <summary>A digest comes between these hours of the person's day: with breakfast, or later in the morning after an outage.</summary>
    public const int FromHour = 8;

    /// <inheritdoc cref="FromHour"/>
    public const int UntilHour = 12;

    /// <summary>Whether it is time for a person's digest.</summary>
    /// <param name="now">The time.</param>
    /// <param name="zone">Where the person is.</param>
    /// <param name="lastSentAt">When the last one was sent; null for none.</param>
    public static bool IsDue(DateTimeOffset now, TimeZoneInfo zone, DateTimeOffset? lastSentAt)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        return local.Hour is >= FromHour and < UntilHour
            && (lastSentAt is not { } last || TimeZoneInfo.ConvertTime(last, zone).Date < local.Date);
    }

    /// <summary>Where a person is: where their quiet hours are; who has none is where their language is spoken most.</summary>
    public static TimeZoneInfo ZoneOf(string? timeZone, string locale) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(timeZone ?? (locale == Locale.Korean ? "Asia/Seoul" : "Etc/UTC"), out var zone)
            ? zone
            : TimeZoneInfo.Utc;

    /// <summary>What the digest says.</summary>
    public static MailContent Write(string locale, ImmutableArray<string> lines, bool more, Uri inbox)
    {
        var korean = locale == Locale.Korean;
        var rest = korean ? "그 밖에도 더 있습니다." : "And there is more.";
        return new MailContent(
            korean
                ? string.Create(CultureInfo.InvariantCulture, $"새 소식 {lines.Length}{(more ? "+" : "")}개")
                : string.Create(CultureInfo.InvariantCulture, $"What is new: {lines.Length}{(more ? "+" : "")}"),
            more ? [.. lines, rest] : lines,
            (korean ? "알림 보기" : "See all", inbox),
            korean ? "하루에 한 번, 읽지 않은 알림이 있을 때 보내 드립니다." : "Sent once a day when there is something that you have not read.");
    }
}
