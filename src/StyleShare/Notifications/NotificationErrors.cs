namespace StyleShare.Notifications;

/// <summary>The refusals of notifications, so that codes are found in one place.</summary>
public static class NotificationErrors
{
    /// <summary>There is no such line in the caller's inbox, or not any more.</summary>
    public static Refusal NotFound() =>
        new(RefusalKind.NotFound, "notification_not_found", "There is no such notification.");

    /// <summary>The preferences were changed since the caller read them.</summary>
    public static Refusal StalePreferences() => new(
        RefusalKind.Stale, "stale_version", "The preferences were changed since; read them again and repeat the edit.");

    /// <summary>A wish is none that can be kept.</summary>
    public static Refusal InvalidPreferences(string field, string detail) =>
        new(RefusalKind.Invalid, "invalid_preferences", $"{field}: {detail}");

    /// <summary>The device's id or address cannot be one.</summary>
    public static Refusal InvalidDevice(string field, string detail) =>
        new(RefusalKind.Invalid, "invalid_device", $"{field}: {detail}");
}
