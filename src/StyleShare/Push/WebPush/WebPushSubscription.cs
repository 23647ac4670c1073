using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleShare.Push.WebPush;

/// <summary>Where a browser's push service takes messages, and the keys to encrypt them with.</summary>
/// <param name="Endpoint">An address that its holder may push to: a secret.</param>
/// <param name="PublicKey">The browser's key (<c>p256dh</c>), 65 bytes.</param>
/// <param name="Secret">What only the browser and we know (<c>auth</c>), 16 bytes.</param>
internal sealed record WebPushSubscription(Uri Endpoint, ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Secret)
{
    private const int MaxLength = 4_096;
    private const int MaxEndpoint = 2_048;
    private const int SecretSize = 16;

    /// <summary>Reads what a browser's <c>PushSubscription.toJSON()</c> gives; null if it is none that can be pushed to.</summary>
    public static WebPushSubscription? Parse(string json)
    {
        if (json.Length > MaxLength)
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, SubscriptionJson.Default.SubscriptionContract) is
            { Endpoint: { } endpoint, Keys: { P256dh: { } key, Auth: { } secret } }
                && ParseEndpoint(endpoint) is { } address
                && Decode(key, P256.PointSize) is { } point && IsOnCurve(point)
                && Decode(secret, SecretSize) is { } auth
                ? new WebPushSubscription(address, point, auth)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Uri? ParseEndpoint(string text) =>
        text.Length <= MaxEndpoint && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { Scheme: "https", UserInfo: "", Fragment: "" } && address.Host.Length > 0
            ? address
            : null;

    private static byte[]? Decode(string text, int size)
    {
        var trimmed = text.AsSpan().TrimEnd('=');
        if (trimmed.Length != Base64Url.GetEncodedLength(size))
            return null;
        var bytes = new byte[size];
        return Base64Url.DecodeFromChars(trimmed, bytes, out _, out var written) == OperationStatus.Done && written == size ? bytes : null;
    }

    private static bool IsOnCurve(byte[] point)
    {
        try
        {
            using var key = ECDiffieHellman.Create(P256.Parameters(point));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

internal sealed record SubscriptionContract(
    [property: JsonPropertyName("endpoint")] string? Endpoint,
    [property: JsonPropertyName("keys")] SubscriptionKeys? Keys);

internal sealed record SubscriptionKeys(
    [property: JsonPropertyName("p256dh")] string? P256dh,
    [property: JsonPropertyName("auth")] string? Auth);

[JsonSerializable(typeof(SubscriptionContract))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
