using StyleShare.Push.Apns;
using StyleShare.Push.Fcm;
using StyleShare.Push.WebPush;

namespace StyleShare.Push;

/// <summary>What clients give as a device's address.</summary>
public static class PushAddress
{
    /// <summary>The name of a platform on the wire: <c>apns</c>, <c>fcm</c> or <c>webpush</c>.</summary>
    public static string NameOf(PushPlatform platform) => platform switch
    {
        PushPlatform.Apns => "apns",
        PushPlatform.Fcm => "fcm",
        PushPlatform.WebPush => "webpush",
        _ => throw new ArgumentOutOfRangeException(nameof(platform)),
    };

    /// <summary>Whether this can be an address there: a token for APNs and FCM, a subscription's JSON for Web Push.</summary>
    public static bool IsValid(PushPlatform platform, string address) => platform switch
    {
        PushPlatform.Apns => ApnsSender.IsToken(address),
        PushPlatform.Fcm => FcmSender.IsToken(address),
        PushPlatform.WebPush => WebPushSubscription.Parse(address) is not null,
        _ => false,
    };

    /// <summary>What to tell a person whose address is refused.</summary>
    public static string RuleOf(PushPlatform platform) => platform switch
    {
        PushPlatform.Apns => "Must be the device token in hexadecimal.",
        PushPlatform.Fcm => "Must be the registration token.",
        _ => "Must be what PushSubscription.toJSON() gives: an https endpoint, and the keys p256dh and auth.",
    };
}
