using System.Collections.Immutable;

namespace StyleShare.Push;

/// <summary>Whose network leads to a device.</summary>
public enum PushPlatform
{
    /// <summary>Apple Push Notification service.</summary>
    Apns,

    /// <summary>Firebase Cloud Messaging.</summary>
    Fcm,

    /// <summary>A browser's push service (RFC 8030).</summary>
    WebPush,
}

/// <summary>A device.</summary>
/// <param name="Platform">Whose network leads to it.</param>
/// <param name="Address">Its token there; for Web Push the subscription's JSON, as the browser's <c>PushSubscription</c> gives it.</param>
public sealed record PushTarget(PushPlatform Platform, string Address);

/// <summary>What a device is to show.</summary>
/// <param name="Id">Names the message; the same when it is sent again, so that a service can tell.</param>
/// <param name="Title">The first line.</param>
/// <param name="Body">The text; it is shortened where the platform takes less.</param>
/// <param name="CollapseKey">A later message with the same key takes the place of an earlier one; null if none does.</param>
/// <param name="Badge">The number on the app's icon; null leaves it.</param>
/// <param name="ExpiresAt">From then on nobody wants it any more.</param>
/// <param name="Data">For the app, such as where a tap leads to.</param>
public sealed record PushMessage(
    Guid Id,
    string Title,
    string Body,
    string? CollapseKey,
    int? Badge,
    DateTimeOffset ExpiresAt,
    ImmutableDictionary<string, string> Data);

/// <summary>What the push service said; whatever it did not say at all is an exception, and tried again.</summary>
public abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    /// <summary>It took the message.</summary>
    public sealed record Delivered : PushOutcome;

    /// <summary>The device is gone for good, and its address is to be forgotten.</summary>
    /// <param name="Since">Since when, if the service said so: whoever registered it again later is not meant.</param>
    public sealed record Forget(DateTimeOffset? Since = null) : PushOutcome;

    /// <summary>It is busy.</summary>
    /// <param name="After">How long it wants to be left alone; null if it did not say.</param>
    public sealed record RetryAfter(TimeSpan? After) : PushOutcome;

    /// <summary>It will never take this message; sending it again is of no use.</summary>
    /// <param name="Reason">The service's own word, without personal data.</param>
    public sealed record Refused(string Reason) : PushOutcome;
}

/// <summary>Sends messages to devices of every platform; for one without credentials the development sender keeps them.</summary>
public interface IPushSender
{
    /// <summary>Sends a message to a device.</summary>
    /// <returns>What the service said.</returns>
    /// <exception cref="Exception">The service was not reached, or failed: to be tried again.</exception>
    Task<PushOutcome> Send(PushTarget target, PushMessage message, CancellationToken cancellation);
}
