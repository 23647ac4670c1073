using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;

namespace StyleShare.Api;

/// <summary><c>/v1/me/points/{merchantId}/redemptions</c>: points that the caller sets aside for a till.</summary>
internal sealed class RedemptionCalls(
    IGrainFactory grains, Redemptions redemptions, TillCodes codes, Pages pages, Idempotency idempotency)
{
    private const string Path = "/me/points/{merchantId}/redemptions";

    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post(Path, Hold).Limit(Limited.Write).NeedsKey().At(MerchantExamples.MerchantId)
            .Describe("Points", "redeem", "Set points aside for a till",
                "They are held for ten minutes, for the till that reads the code. The code is kept in memory alone; one that was lost is made anew.")
            .Takes<RedeemRequest>(PointsExamples.Redeem, PointsExamples.RedeemAgain)
            .Gives<RedemptionResponse>(201, PointsExamples.Redeemed, PointsExamples.RedeemedAgain)
            .Fails(404, "merchant_not_found").Fails(422, "insufficient_points", "below_min_redeem", "too_many_holds");
        v1.Get(Path, List).At(MerchantExamples.MerchantId)
            .Describe("Points", "listRedemptions", "What one set aside for tills", "Newest first.")
            .GivesList<RedemptionResponse>(PointsExamples.Redemptions).Fails(404, "merchant_not_found");
        v1.Get(Path + "/{id}", "redemption", Get).At(MerchantExamples.MerchantId, PointsExamples.RedemptionId)
            .Describe("Points", "getRedemption", "See a redemption", "Whether a till captured it, for example.")
            .Gives<RedemptionResponse>(200, PointsExamples.Captured).HasETag()
            .Fails(404, "merchant_not_found", "redemption_not_found");
        v1.Post(Path + "/{id}/code", "redemption", NewCode).Limit(Limited.Write).At(MerchantExamples.MerchantId, PointsExamples.RedemptionId)
            .Describe("Points", "renewRedemptionCode", "Make a new code for a redemption", "The one before is good no more.")
            .Gives<RedemptionResponse>(200, PointsExamples.Recoded)
            .Fails(404, "merchant_not_found", "redemption_not_found").Fails(409, "already_captured", "already_voided", "hold_expired");
    }

    private async Task Hold(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.RedeemRequest) is not { } body)
            return;
        var fields = new Fields();
        var points = fields.PointsOf("points", body.Points, required: true);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (await PointsCalls.Shop(http, grains) is { } shop)
        {
            await idempotency.Run(
                http, PointsJson.Default.Redemption, key => Account(http, shop).Hold(points, key),
                redemption => Show(http, redemption, StatusCodes.Status201Created));
        }
    }

    private async Task List(HttpContext http)
    {
        var caller = http.CallerId();
        if (await PointsCalls.Shop(http, grains) is not { } shop
            || await Pages.Read(http, $"redemptions/{caller:N}/{shop:N}") is not { } request)
        {
            return;
        }

        var page = await redemptions.List(shop, caller, request.After, request.Limit);
        await pages.Write(
            http, request, page, static redemption => RedemptionResponse.Of(redemption), ApiJson.Default.ListResponseRedemptionResponse);
    }

    private async Task Get(HttpContext http, Guid id)
    {
        if (await PointsCalls.Shop(http, grains) is not { } shop)
            return;
        if (await redemptions.Find(shop, http.CallerId(), id) is { } redemption)
            await Responses.Resource(http, RedemptionResponse.Of(redemption), version: 1, ApiJson.Default.RedemptionResponse);
        else
            await Problems.NotFound(http, "redemption");
    }

    private async Task NewCode(HttpContext http, Guid id)
    {
        if (await PointsCalls.Shop(http, grains) is not { } shop)
            return;
        await idempotency.Run(
            http,
            PointsJson.Default.Redemption,
            async key =>
            {
                var redemption = await Account(http, shop).Waiting(id, key);
                await codes.Renew(redemption);
                return redemption;
            },
            redemption => Show(http, redemption, StatusCodes.Status200OK));
    }

    // Codes are in memory alone, so a retry reads it there, too.
    private async Task Show(HttpContext http, Redemption redemption, int status)
    {
        var code = await codes.Of(redemption);
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(http, status, RedemptionResponse.Of(redemption, code), ApiJson.Default.RedemptionResponse);
    }

    private IMemberAccountGrain Account(HttpContext http, Guid shop) =>
        grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, http.CallerId()));
}
