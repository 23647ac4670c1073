using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StyleShare.Push;

namespace StyleShare.Notifications;

/// <summary>A device of a person.</summary>
/// <param name="Id">What the app calls it.</param>
/// <param name="Platform">Whose network leads to it.</param>
/// <param name="Address">Its token there, or for Web Push the subscription's JSON. A secret: never logged, never shown.</param>
[GenerateSerializer, Immutable]
public sealed record Device(string Id, PushPlatform Platform, string Address)
{
    /// <summary>The longest id.</summary>
    public const int MaxId = 64;

    /// <summary>Services do not say how long tokens may get; those known are below 300 characters, subscriptions below 1,000.</summary>
    public const int MaxAddress = 4_096;

    /// <summary>What to tell a client whose id is none.</summary>
    public const string IdRule = "Must be 1 to 64 letters, digits, and . _ - of ASCII.";

    /// <summary>What to tell a client whose token is none.</summary>
    public const string TokenRule = "Must be the token that the platform gave to the app.";

    /// <summary>What to tell a client whose subscription is none.</summary>
    public const string SubscriptionRule = "Must be a PushSubscription as browsers write it: an https endpoint, and keys with p256dh and auth.";

    /// <summary>Whether this can be a device's id.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= MaxId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Why this cannot be kept; null if it can.</summary>
    public Refusal? Problem() => (IsId(Id), Platform) switch
    {
        (false, _) => NotificationErrors.InvalidDevice("deviceId", IdRule),
        (_, PushPlatform.WebPush) when !IsSubscription(Address) => NotificationErrors.InvalidDevice("subscription", SubscriptionRule),
        (_, not PushPlatform.WebPush) when !IsToken(Platform, Address) => NotificationErrors.InvalidDevice("token", TokenRule),
        _ => null,
    };

    /// <summary>Names the address without telling it.</summary>
    public byte[] AddressHash() => SHA256.HashData(Encoding.UTF8.GetBytes($"{(int)Platform}:{Address}"));

    /// <summary>Whether this can be a token: hexadecimal of Apple's, visible ASCII of Firebase's.</summary>
    public static bool IsToken(PushPlatform platform, string token) => platform == PushPlatform.Apns
        ? token.Length is >= 32 and <= 400 && token.All(char.IsAsciiHexDigit)
        : token.Length is > 0 and <= MaxAddress && token.All(c => c is > ' ' and < '\x7f');

    /// <summary>Whether this is a subscription to a push service, with a point on P-256 and a secret of 16 bytes (RFC 8291).</summary>
    public static bool IsSubscription(string json)
    {
        if (json.Length > MaxAddress)
            return false;
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 4 });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && Uri.TryCreate(TextOf(root, "endpoint"), UriKind.Absolute, out var endpoint)
                && endpoint.Scheme == Uri.UriSchemeHttps
                && endpoint.UserInfo.Length == 0
                && root.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Object
                && HasBytes(TextOf(keys, "p256dh"), 65) && HasBytes(TextOf(keys, "auth"), 16);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? TextOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool HasBytes(string? base64, int length) =>
        base64 is not null && Base64Url.IsValid(base64, out var bytes) && bytes == length;

    // A record writes all of itself into whatever logs it.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Platform = ").Append(Platform);
        return true;
    }
}
