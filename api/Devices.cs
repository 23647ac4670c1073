using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Notifications;
using StyleShare.Push;

namespace StyleShare.Api;

/// <summary><c>/v1/me/devices</c>: where pushes go. Addresses are never shown again.</summary>
internal sealed class Devices(IGrainFactory grains)
{
    private const string PlatformRule = "Must be apns, fcm or webpush.";

    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Put("/me/devices/{deviceId}", Put).Limit(Limited.Write).At(Examples.DeviceId)
            .Describe("Notifications", "putDevice", "Have pushes go to a device",
                "The id is the app's own, up to 64 of a-z A-Z 0-9 . _ -. A token goes to whoever brings it last.")
            .Takes<DeviceRequest>(Examples.Phone, Examples.Browser)
            .Gives(204);
        v1.Delete("/me/devices/{deviceId}", Delete).Limit(Limited.Write).At(Examples.DeviceId)
            .Describe("Notifications", "deleteDevice", "Have no pushes go to a device", "Also when none did.")
            .Gives(204);
    }

    private async Task Put(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.DeviceRequest) is not { } body)
            return;
        var fields = new Fields();
        if (DeviceOf(fields, http.Text("deviceId"), body) is { } device && !fields.AnyWrong)
        {
            await grains.GetGrain<IDevicesGrain>(http.CallerId()).Put(device);
            Responses.NoContent(http);
        }
        else
        {
            await fields.Refuse(http);
        }
    }

    private static Device? DeviceOf(Fields fields, string id, DeviceRequest body)
    {
        if (!Device.IsId(id))
            fields.Wrong("deviceId", Device.IdRule);
        switch (fields.Present("platform", body.Platform))
        {
            case "apns":
                return new(id, PushPlatform.Apns, Token(fields, PushPlatform.Apns, body.Token));
            case "fcm":
                return new(id, PushPlatform.Fcm, Token(fields, PushPlatform.Fcm, body.Token));
            case "webpush":
                return new(id, PushPlatform.WebPush, Subscription(fields, body.Subscription));
            case "":
                return null;
            default:
                fields.Wrong("platform", PlatformRule);
                return null;
        }
    }

    private static string Token(Fields fields, PushPlatform platform, string? token)
    {
        if (fields.Present("token", token) is { Length: > 0 } given && !Device.IsToken(platform, given))
            fields.Wrong("token", Device.TokenRule);
        return token ?? "";
    }

    // Only what a push needs is kept of it.
    private static string Subscription(Fields fields, SubscriptionContract? subscription)
    {
        var json = subscription is null ? "" : JsonSerializer.Serialize(subscription, ApiJson.Default.SubscriptionContract);
        if (subscription is null)
            fields.Present("subscription", null);
        else if (!Device.IsSubscription(json))
            fields.Wrong("subscription", Device.SubscriptionRule);
        return json;
    }

    private async Task Delete(HttpContext http)
    {
        // What can be no id is no device's.
        if (Device.IsId(http.Text("deviceId")))
            await grains.GetGrain<IDevicesGrain>(http.CallerId()).Remove(http.Text("deviceId"));
        Responses.NoContent(http);
    }
}
