using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StyleShare.Push.Apns;

/// <summary>A message as Apple takes it.</summary>
internal static class ApnsPayload
{
    /// <summary>The most bytes of a payload.</summary>
    public const int MaxBytes = 4_096;

    private const int MaxCollapseBytes = 64;

    /// <summary>The payload; null if even without texts it is too large.</summary>
    public static byte[]? Of(PushMessage message) => PushText.Fit(message, (title, body) => Make(message, title, body), MaxBytes);

    /// <summary>A collapse id in the length that Apple takes.</summary>
    public static string CollapseId(string key) =>
        Encoding.UTF8.GetByteCount(key) <= MaxCollapseBytes && Ascii.IsValid(key)
            ? key
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static byte[] Make(PushMessage message, string title, string body)
    {
        using var stream = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(stream, PushText.Json))
        {
            json.WriteStartObject();
            json.WriteStartObject("aps");
            if (title.Length + body.Length > 0)
            {
                json.WriteStartObject("alert");
                json.WriteString("title", title);
                json.WriteString("body", body);
                json.WriteEndObject();
                json.WriteString("sound", "default");
            }

            if (message.Badge is { } badge)
                json.WriteNumber("badge", badge);
            json.WriteEndObject();
            foreach (var (name, value) in message.Data)
            {
                if (name != "aps")
                    json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
