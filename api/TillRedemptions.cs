using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;
using StyleShare.Requests;

namespace StyleShare.Api;

/// <summary><c>/v1/merchants/{id}/redemptions/{code}</c>: what a till does with points that were set aside for it.</summary>
internal sealed class TillRedemptions(IGrainFactory grains, TillCodes codes, WrongCodes wrongCodes, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/merchants/{id}/redemptions/{code}/capture", "merchant", Capture).ForTills().NeedsKey()
            .At(MerchantExamples.MerchantId, PointsExamples.NewCode)
            .Describe("Points", "captureRedemption", "Spend what a customer set aside",
                "All of it, or a part; then the rest goes back. Of a customer's redemption one call of capture and void wins.")
            .Takes<CaptureRequest>(PointsExamples.Capture)
            .Gives<RedemptionResponse>(200, PointsExamples.Captured)
            .Fails(404, "merchant_not_found", "unknown_code").Fails(409, "already_captured", "already_voided", "hold_expired")
            .Fails(422, "exceeds_hold");
        v1.Post("/merchants/{id}/redemptions/{code}/void", "merchant", Void).ForTills().NeedsKey()
            .At(MerchantExamples.MerchantId, PointsExamples.OtherCode)
            .Describe("Points", "voidRedemption", "Give back what a customer set aside", "Nothing is spent.")
            .Gives<RedemptionResponse>(200, PointsExamples.Voided)
            .Fails(404, "merchant_not_found", "unknown_code").Fails(409, "already_captured", "already_voided", "hold_expired");
    }

    private async Task Capture(HttpContext http, Guid shop)
    {
        // Without a body, all is captured.
        var body = http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? new CaptureRequest()
            : await Bodies.Read(http, ApiJson.Default.CaptureRequest);
        if (body is null)
            return;
        var fields = new Fields();
        var points = fields.PointsOf("points", body.Points, required: false);
        if (fields.AnyWrong)
            await fields.Refuse(http);
        else
            await Resolve(http, shop, (account, hold, key) => account.Capture(hold, body.Points is null ? null : points, key));
    }

    private Task Void(HttpContext http, Guid shop) => Resolve(http, shop, static (account, hold, key) => account.Void(hold, key));

    private async Task Resolve(HttpContext http, Guid shop, Func<IMemberAccountGrain, Guid, RequestKey?, Task<Redemption>> act)
    {
        if (!await wrongCodes.Admit(http))
            return;
        await idempotency.Run(
            http,
            PointsJson.Default.Redemption,
            async key =>
            {
                if (await codes.FindRedemption(shop, http.Text("code")) is not { } found)
                {
                    wrongCodes.Count(http);
                    throw PointsErrors.UnknownCode();
                }

                return await act(grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, found.User)), found.Hold, key);
            },
            redemption => Responses.Json(
                http, StatusCodes.Status200OK, RedemptionResponse.Of(redemption), ApiJson.Default.RedemptionResponse));
    }
}
