using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina buys in her own shop, for there is nobody else yet.</summary>
internal static class PurchaseExamples
{
    public const string PurchaseId = "0d1f7c2e-6a5b-8c3d-9e4f-5a6b7c8d9e0f";
    private const string RefundId = "0199d1a6-6000-7a10-8c2b-6f1d2e3a4b07";
    private const string Receipt = "2026-03-02/0042";

    public static readonly BodyExample Record = new(
        "receipt", "A shirt, and two pairs of socks", """
        {"reference":"2026-03-02/0042","userId":"0199d1a4-5e00-7a10-8c2b-6f1d2e3a4b5c","amount":75000,
         "items":[{"name":"Linen shirt","price":59000},{"name":"Socks","quantity":2,"price":8000}]}
        """);

    public static readonly BodyExample Recorded = Examples.Example(
        "recorded", "5 % for her; nobody brought her in", new PurchaseResponse(PurchaseAt(refunded: 0), 3_750, []),
        ApiJson.Default.PurchaseResponse);

    public static readonly BodyExample Refund = new("socks", "The socks come back", """{"amount":16000}""");

    public static readonly BodyExample Refunded = Examples.Example(
        "refunded", "5 % of it is taken back",
        new RefundResponse(
            new RefundContract(Guid.Parse(RefundId), Guid.Parse(PurchaseId), 16_000, Examples.Joined.AddMinutes(21)),
            [new PurchasePartContract(Guid.Parse(Examples.MinaId), Level: 0, 800)]),
        ApiJson.Default.RefundResponse);

    public static readonly BodyExample OfMerchant = List("sold", "All that was bought there");

    public static readonly BodyExample OfMina = List("bought", "All that Mina bought");

    private static PurchaseContract PurchaseAt(long refunded) => new(
        Guid.Parse(PurchaseId), Guid.Parse(MerchantExamples.MerchantId), Receipt, Guid.Parse(Examples.MinaId), 75_000, "KRW",
        [new PurchaseItemContract("Linen shirt", Price: 59_000), new PurchaseItemContract("Socks", 2, 8_000)], ShareCode: null,
        Earned: 3_750, refunded, Examples.Joined.AddMinutes(20), Examples.Joined.AddMinutes(20));

    private static BodyExample List(string name, string summary) => Examples.Example(
        name, summary, new ListResponse<PurchaseContract>([PurchaseAt(refunded: 16_000)], Next: null),
        ApiJson.Default.ListResponsePurchaseContract);
}
