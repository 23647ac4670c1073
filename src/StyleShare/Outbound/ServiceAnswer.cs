using System.Globalization;
using System.Net;

namespace StyleShare.Outbound;

/// <summary>What a service of others answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">When it wants to be asked again (RFC 9110, 10.2.3, or the end of its limit), if it said so.</param>
/// <param name="Body">The body, cut off at <see cref="MaxBody"/>.</param>
internal sealed record ServiceAnswer(int Status, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body)
{
    /// <summary>The most of a body that is read: answers are short, and one without end is an attack.</summary>
    public const int MaxBody = 16 * 1024;

    // In the year 5138; what is later is no time of a limit.
    private const long LastSecond = 100_000_000_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Whether the service did what it was asked for.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether the service itself failed.</summary>
    public bool IsServerError => Status >= 500;

    /// <summary>Reads an answer.</summary>
    public static async Task<ServiceAnswer> Read(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[MaxBody];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return new ServiceAnswer((int)response.StatusCode, Wait(response, clock), body.AsMemory(0, length));
    }

    private static TimeSpan? Wait(HttpResponseMessage response, TimeProvider clock)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date ?? LimitEnd(response)) - clock.GetUtcNow();
        if (wait is not { } after)
            return null;
        return after < TimeSpan.Zero ? TimeSpan.Zero : after > LongestWait ? LongestWait : after;
    }

    // What many services say in place of Retry-After when they are asked too often: seconds since 1970, or a time.
    private static DateTimeOffset? LimitEnd(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.TooManyRequests
            || (!response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
                && !response.Headers.TryGetValues("X-Rate-Limit-Reset", out values)))
            return null;
        var text = values.First();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < LastSecond)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}

/// <summary>A service is not to be asked now: it fails again and again, or is asked more than it may be.</summary>
/// <param name="after">When to come back.</param>
/// <param name="why">Which of the two.</param>
public sealed class ServiceBusyException(TimeSpan after, string why) : Exception(why)
{
    /// <summary>When to come back; spread, so that those who wait do not come all at once.</summary>
    public TimeSpan After { get; } = after;
}

/// <summary>A service answered that it failed, or in a way that says that our settings are wrong; to be tried again.</summary>
/// <param name="service">Which.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">Its own word, if it gave one.</param>
public sealed class ServiceFailedException(string service, int status, string? reason)
    : Exception($"{service} answered {status}{(reason is null ? "" : ": " + reason)}.");
