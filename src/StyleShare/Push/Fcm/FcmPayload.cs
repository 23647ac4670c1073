using System.Globalization;
using System.Text.Json;

namespace StyleShare.Push.Fcm;

/// <summary>A message as <c>projects.messages.send</c> takes it.</summary>
internal static class FcmPayload
{
    /// <summary>The most bytes of a message to a device.</summary>
    public const int MaxBytes = 4_096;

    /// <summary>The longest that FCM keeps a message: four weeks.</summary>
    private const long MaxSeconds = 2_419_200;

    /// <summary>The request's body; null if even without texts it is too large.</summary>
    public static byte[]? Of(string token, PushMessage message, DateTimeOffset now)
    {
        var seconds = Math.Clamp((long)(message.ExpiresAt - now).TotalSeconds, 0, MaxSeconds);
        // The token is the address and no part of the message, which is what the limit is on.
        var limit = MaxBytes + token.Length;
        return PushText.Fit(message, (title, body) => Make(token, message, title, body, seconds), limit);
    }

    private static byte[] Make(string token, PushMessage message, string title, string body, long seconds)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, PushText.Json))
        {
            json.WriteStartObject();
            json.WriteStartObject("message");
            json.WriteString("token", token);
            if (title.Length + body.Length > 0)
            {
                json.WriteStartObject("notification");
                json.WriteString("title", title);
                json.WriteString("body", body);
                json.WriteEndObject();
            }

            WriteData(json, message);
            WriteAndroid(json, message, seconds, visible: title.Length + body.Length > 0);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteData(Utf8JsonWriter json, PushMessage message)
    {
        if (message.Data.IsEmpty)
            return;
        json.WriteStartObject("data");
        foreach (var (name, value) in message.Data)
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteAndroid(Utf8JsonWriter json, PushMessage message, long seconds, bool visible)
    {
        json.WriteStartObject("android");
        json.WriteString("priority", visible ? "HIGH" : "NORMAL");
        json.WriteString("ttl", seconds.ToString(CultureInfo.InvariantCulture) + "s");
        if (message.CollapseKey is { } collapse)
            json.WriteString("collapse_key", collapse);
        if (visible && (message.CollapseKey ?? (object?)message.Badge) is not null)
        {
            json.WriteStartObject("notification");
            // The tag replaces what is shown already; the key only what is still on its way.
            if (message.CollapseKey is { } tag)
                json.WriteString("tag", tag);
            if (message.Badge is { } badge)
                json.WriteNumber("notification_count", badge);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
