using System.Text.Json;
using StyleShare.Notifications;
using StyleShare.Push;

namespace StyleShare.Tests.Notifications;

public sealed class DeviceTests
{
    private const string Endpoint = "https://push.example.com/abc";
    private const string P256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    [Theory]
    [InlineData("phone", true)]
    [InlineData("a.B-9_", true)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("전화", false)]
    [InlineData("a/b", false)]
    public void Ids_are_short_and_plain(string id, bool isOne)
    {
        Assert.Equal(isOne, Device.IsId(id));
        Assert.False(Device.IsId(new string('a', Device.MaxId + 1)));
    }

    [Fact]
    public void Tokens_are_what_platforms_give()
    {
        Assert.True(Device.IsToken(PushPlatform.Apns, new string('a', 64)));
        Assert.False(Device.IsToken(PushPlatform.Apns, new string('g', 64)));
        Assert.False(Device.IsToken(PushPlatform.Apns, "abc"));
        Assert.True(Device.IsToken(PushPlatform.Fcm, "cY8:APA91b-x_y"));
        Assert.False(Device.IsToken(PushPlatform.Fcm, "with space"));
        Assert.False(Device.IsToken(PushPlatform.Fcm, new string('a', Device.MaxAddress + 1)));
    }

    [Theory]
    [InlineData(Endpoint, "BTBZMqHH6r4Tts7J_aSIgg", true)]
    [InlineData("http://push.example.com/abc", "BTBZMqHH6r4Tts7J_aSIgg", false)]
    [InlineData("https://user:pass@push.example.com/abc", "BTBZMqHH6r4Tts7J_aSIgg", false)]
    [InlineData("file:///etc/passwd", "BTBZMqHH6r4Tts7J_aSIgg", false)]
    [InlineData(Endpoint, "short", false)]
    [InlineData(Endpoint, "", false)]
    public void Subscriptions_are_what_browsers_write(string endpoint, string auth, bool isOne) => Assert.Equal(
        isOne,
        Device.IsSubscription(JsonSerializer.Serialize(new { endpoint, expirationTime = (string?)null, keys = new { p256dh = P256dh, auth } })));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"endpoint":1,"keys":{}}""")]
    [InlineData("""{"endpoint":"https://a","keys":[]}""")]
    [InlineData("""{"endpoint":"https://a"}""")]
    [InlineData("""{"endpoint":{"a":{"b":{"c":{"d":1}}}}}""")]
    public void Other_JSON_is_no_subscription(string json) => Assert.False(Device.IsSubscription(json));

    [Fact]
    public void A_device_that_is_logged_does_not_tell_its_address()
    {
        var text = new Device("phone", PushPlatform.Fcm, "secret-token").ToString();
        Assert.Contains("phone", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }
}
