using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using StyleShare.Testing.Services;

namespace StyleShare.Tests.Push;

public sealed class PushOptionsTests
{
    [Theory]
    [InlineData("StyleShare:Push:Apns:Key", "no key at all")]
    [InlineData("StyleShare:Push:Apns:KeyId", "short")]
    [InlineData("StyleShare:Push:Apns:Topic", "")]
    [InlineData("StyleShare:Push:Apns:Server", "http://api.push.apple.com")]
    [InlineData("StyleShare:Push:Apns:TokenLifetime", "02:00:00")]
    [InlineData("StyleShare:Push:Apns:Limits:Concurrency", "0")]
    public async Task Bad_settings_of_apns_are_named_and_the_key_is_not(string setting, string value)
    {
        await using var server = await ApnsServer.StartAsync();
        await Refused(server.Settings, setting, value, server.Settings["StyleShare:Push:Apns:Key"]!);
    }

    [Fact]
    public async Task An_apns_key_of_another_curve_is_refused()
    {
        await using var server = await ApnsServer.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        await Refused(server.Settings, "StyleShare:Push:Apns:Key", key.ExportPkcs8PrivateKeyPem(), "PRIVATE KEY");
    }

    [Theory]
    [InlineData("StyleShare:Push:Fcm:ServiceAccount", "{")]
    [InlineData("StyleShare:Push:Fcm:ServiceAccount", "{\"project_id\":\"a\"}")]
    [InlineData(
        "StyleShare:Push:Fcm:ServiceAccount",
        "{\"project_id\":\"a\",\"private_key_id\":\"b\",\"private_key\":\"c\",\"client_email\":\"d\",\"token_uri\":\"https://e\"}")]
    [InlineData("StyleShare:Push:Fcm:TokenMargin", "01:00:00")]
    public async Task Bad_settings_of_fcm_are_named_and_the_key_is_not(string setting, string value)
    {
        await using var server = await FcmServer.StartAsync();
        await Refused(server.Settings, setting, value, "PRIVATE KEY");
    }

    [Theory]
    [InlineData("StyleShare:Push:WebPush:PublicKey", "AAAA")]
    [InlineData("StyleShare:Push:WebPush:PrivateKey", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")]
    [InlineData("StyleShare:Push:WebPush:Subject", "ops@example.com")]
    [InlineData("StyleShare:Push:WebPush:TokenLifetime", "1.01:00:00")]
    public async Task Bad_settings_of_web_push_are_named_and_the_key_is_not(string setting, string value)
    {
        await using var server = await WebPushServer.StartAsync();
        await Refused(server.Settings, setting, value, server.Settings["StyleShare:Push:WebPush:PrivateKey"]!);
    }

    private static async Task Refused(
        IReadOnlyDictionary<string, string?> settings, string setting, string value, string secret)
    {
        await using var good = new Senders(settings);
        Assert.NotNull(good.Push);
        await using var bad = new Senders(settings, [new(setting, value)]);
        var error = Assert.Throws<OptionsValidationException>(() => bad.Push);
        Assert.Contains(string.Join(':', setting.Split(':').Take(3)), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, error.Message, StringComparison.Ordinal);
    }
}
