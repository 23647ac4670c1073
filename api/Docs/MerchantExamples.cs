using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina opens a shop.</summary>
internal static class MerchantExamples
{
    public const string MerchantId = "0199d1a6-4000-7a10-8c2b-6f1d2e3a4b01";
    public const string FirstKeyId = "0199d1a6-4000-7a10-8c2b-6f1d2e3a4b02";
    public const string AddedKeyId = "0199d1a6-4800-7a10-8c2b-6f1d2e3a4b03";
    private const string FirstKey = "ssk_AZnRpkAAeg-first-Key0b2YtdGhlLXNob3A";
    private const string SecondKey = "ssk_AZnRpkgAeg-other-Key0b2YtdGhlLXNob3A";

    private static readonly ProgramResponse Program =
        new(EarnBps: 500, SharePoolBps: 200, [70, 20, 10], "merchant", ExpiryDays: 365, MinRedeem: 100, MaxPerPurchase: null, Active: true);

    public static readonly BodyExample OpenMerchant = new(
        "shop", "5 % for the buyer, 2 % for those who brought them in", """
        {"name":"Oat & Linen","currency":"KRW","program":{"earnBps":500,"sharePoolBps":200,"shareSplit":[70,20,10],
         "unclaimedShare":"merchant","expiryDays":365,"minRedeem":1000,"maxPerPurchase":null,"active":true}}
        """);

    public static readonly BodyExample OpenedMerchant = Examples.Example(
        "opened", "The shop, and the key for its tills",
        new OpenedMerchantResponse(ShopAt(minRedeem: 1000, edited: false), FirstKey), ApiJson.Default.OpenedMerchantResponse);

    public static readonly BodyExample EditMerchant = new("least", "Lets 100 points be spent", """{"program":{"minRedeem":100}}""");

    public static readonly BodyExample EditedMerchant = Examples.Example(
        "edited", "The shop as it is now", ShopAt(minRedeem: 100, edited: true), ApiJson.Default.MerchantResponse);

    public static readonly BodyExample Merchant = Examples.Example(
        "shop", "Mina's shop", ShopAt(minRedeem: 100, edited: true), ApiJson.Default.MerchantResponse);

    public static readonly BodyExample AddedKey = Examples.Example(
        "key", "Another key",
        new AddedKeyResponse(new ApiKeyResponse(Guid.Parse(AddedKeyId), Examples.Joined.AddMinutes(13), EndsAt: null), SecondKey),
        ApiJson.Default.AddedKeyResponse);

    private static MerchantResponse ShopAt(long minRedeem, bool edited) => new(
        Guid.Parse(MerchantId), "Oat & Linen", "KRW", Program with { MinRedeem = minRedeem },
        [new ApiKeyResponse(Guid.Parse(FirstKeyId), Examples.Joined.AddMinutes(11), EndsAt: null)],
        Examples.Joined.AddMinutes(11), edited ? Examples.Joined.AddMinutes(12) : null);
}
