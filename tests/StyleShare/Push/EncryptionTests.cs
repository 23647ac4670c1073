using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using StyleShare.Push.WebPush;

namespace StyleShare.Tests.Push;

/// <summary>The RFCs' own test vectors.</summary>
public sealed class EncryptionTests
{
    [Fact]
    public void The_content_encoding_gives_the_example_of_rfc_8188_section_3_1()
    {
        var message = ContentEncryption.Encrypt(
            Bytes("yqdlZ-tYemfogSmv7Ws5PQ"), Bytes("I1BsxtFttlv3u_Oo94xnmw"), [], Encoding.UTF8.GetBytes("I am the walrus"));
        Assert.Equal(
            "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg", Base64Url.EncodeToString(message));
    }

    [Fact]
    public void The_message_encryption_gives_the_example_of_rfc_8291_section_5_and_appendix_a()
    {
        const string SenderPublic =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        const string BrowserPublic =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        var parameters = P256.Parameters(Bytes(SenderPublic));
        parameters.D = Bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        using var sender = ECDiffieHellman.Create(parameters);
        var subscription = new WebPushSubscription(
            new Uri("https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"),
            Bytes(BrowserPublic),
            Bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        var message = WebPushEncryption.Encrypt(
            subscription,
            Encoding.UTF8.GetBytes("When I grow up, I want to be a watermelon"),
            sender,
            Bytes("DGv6ra1nlYgDCS1FRnbzlw"));
        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
            + "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(message));
    }

    [Fact]
    public void The_largest_content_makes_a_message_of_4096_bytes()
    {
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var subscription = new WebPushSubscription(
            new Uri("https://push.example.net/"), P256.Encode(browser.ExportParameters(false)), new byte[16]);
        Assert.Equal(4_096, WebPushEncryption.Encrypt(subscription, new byte[WebPushEncryption.MaxContent]).Length);
    }

    private static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);
}
