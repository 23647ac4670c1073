using StyleShare.Api.Contracts;

namespace StyleShare.Api.Docs;

/// <summary>The part of the story in which Mina has points at her own shop, and spends and gives them.</summary>
internal static class PointsExamples
{
    public const string RedemptionId = "0199d1a6-5000-7a10-8c2b-6f1d2e3a4b11";
    public const string OtherRedemptionId = "0199d1a6-5000-7a10-8c2b-6f1d2e3a4b12";
    public const string TransferId = "0199d1a6-5000-7a10-8c2b-6f1d2e3a4b13";
    public const string PurchaseId = "0199d1a6-5000-7a10-8c2b-6f1d2e3a4b14";
    private const string Code = "7K3M9QX2HB";
    public const string OtherCode = "C8Z0WTR5VN";
    public const string NewCode = "0QD4YJ6PEM";
    private static readonly Guid Shop = Guid.Parse(MerchantExamples.MerchantId);
    private static readonly DateTime At = Examples.Joined.AddMinutes(20);
    private static readonly DateTime Until = new(2027, 3, 3, 0, 0, 0, DateTimeKind.Utc);

    public static readonly BodyExample MemberCode = Examples.Example(
        "code", "Good once, for a few minutes", new MemberCodeResponse("M2XT7RAW9K", At.AddMinutes(5)), ApiJson.Default.MemberCodeResponse);

    public static readonly BodyExample Redeem = new("some", "300 points", """{"points":300}""");

    public static readonly BodyExample RedeemAgain = new("others", "100 more", """{"points":100}""");

    public static readonly BodyExample Redeemed = Examples.Example(
        "some", "The code for the till", Redemption(RedemptionId, 300, Code), ApiJson.Default.RedemptionResponse);

    public static readonly BodyExample RedeemedAgain = Examples.Example(
        "others", "Another code", Redemption(OtherRedemptionId, 100, OtherCode), ApiJson.Default.RedemptionResponse);

    public static readonly BodyExample Recoded = Examples.Example(
        "code", "The same hold by another code", Redemption(RedemptionId, 300, NewCode), ApiJson.Default.RedemptionResponse);

    public static readonly BodyExample Capture = new("part", "250 of them", """{"points":250}""");

    public static readonly BodyExample Captured = Examples.Example(
        "part", "250 are spent, 50 went back",
        Redemption(RedemptionId, 300, code: null) with { State = "captured", Captured = 250, ResolvedAt = At.AddMinutes(2) },
        ApiJson.Default.RedemptionResponse);

    public static readonly BodyExample Voided = Examples.Example(
        "void", "All went back", Other, ApiJson.Default.RedemptionResponse);

    public static readonly BodyExample Redemptions = Examples.Example(
        "redemptions", "The newest was voided",
        new ListResponse<RedemptionResponse>(
            [
                Other,
                Redemption(RedemptionId, 300, code: null) with { State = "captured", Captured = 250, ResolvedAt = At.AddMinutes(2) },
            ],
            Next: null),
        ApiJson.Default.ListResponseRedemptionResponse);

    public static readonly BodyExample Give = new(
        "gift", "A gift", $$"""{"toUserId":"{{Examples.JunoId}}","points":50,"note":"생일 축하해 🎂"}""");

    public static readonly BodyExample Given = Examples.Example(
        "gift", "What was given",
        new TransferResponse(Guid.Parse(TransferId), Shop, Guid.Parse(Examples.JunoId), 50, "생일 축하해 🎂", At.AddMinutes(3)),
        ApiJson.Default.TransferResponse);

    private static readonly PointsResponse Left = new(Shop, "Oat & Linen", Balance: 700, Held: 0, Available: 700, Owed: 0, [new(700, Until)]);

    public static readonly BodyExample Points = Examples.Example(
        "left", "What is left of 1,000", Left, ApiJson.Default.PointsResponse);

    public static readonly BodyExample ListedPoints = Examples.Example(
        "shops", "One shop", new ListResponse<PointsResponse>([Left], Next: null), ApiJson.Default.ListResponsePointsResponse);

    public static readonly BodyExample Entries = Examples.Example(
        "entries", "Earned, spent, given",
        new ListResponse<EntryResponse>(
            [
                new(TransferId + "-3", "gift", -50, 700, TransferId, At.AddMinutes(3), ExpiresAt: null),
                new(RedemptionId + "-2", "redemption", -250, 750, RedemptionId, At.AddMinutes(2), ExpiresAt: null),
                new(PurchaseId + "-1", "earn", 1_000, 1_000, "till-1 2026-03-02 0017", At, Until),
            ],
            Next: null),
        ApiJson.Default.ListResponseEntryResponse);

    private static RedemptionResponse Other =>
        Redemption(OtherRedemptionId, 100, code: null) with { State = "voided", ResolvedAt = At.AddMinutes(2) };

    private static RedemptionResponse Redemption(string id, long points, string? code) => new(
        Guid.Parse(id), Shop, code, points, "held", Captured: null, At, At.AddMinutes(10), ResolvedAt: null);
}
