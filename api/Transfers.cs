using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;

namespace StyleShare.Api;

/// <summary><c>/v1/me/points/{merchantId}/transfers</c>: points that people give each other.</summary>
internal sealed class Transfers(IGrainFactory grains, Visibility visibility, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1) => v1
        .Post("/me/points/{merchantId}/transfers", Give).Limit(Limited.Write).NeedsKey().At(MerchantExamples.MerchantId)
        .Describe("Points", "givePoints", "Give points to somebody else", "They end when they would have ended with the giver.")
        .Takes<TransferRequest>(PointsExamples.Give)
        .Gives<TransferResponse>(201, PointsExamples.Given)
        .Fails(404, "merchant_not_found").Fails(422, "insufficient_points", "cannot_give_to_self", "unknown_user");

    private async Task Give(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.TransferRequest) is not { } body)
            return;
        var fields = new Fields();
        var to = fields.IdOf("toUserId", fields.Present("toUserId", body.ToUserId));
        var points = fields.PointsOf("points", body.Points, required: true);
        var note = body.Note is null ? null : fields.Optional("note", body.Note, PointsLimits.Note);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (await PointsCalls.Shop(http, grains) is not { } shop)
            return;
        var caller = http.CallerId();
        await idempotency.Run(
            http,
            PointsJson.Default.Gift,
            async key =>
            {
                // Who blocks, or is blocked, is nobody to the other.
                if (await visibility.IsHidden(caller, to!.Value))
                    throw PointsErrors.UnknownUser();
                var account = grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, caller));
                return await account.Give(new(to.Value, points, note, key));
            },
            gift => Responses.Json(http, StatusCodes.Status201Created, TransferResponse.Of(gift), ApiJson.Default.TransferResponse));
    }
}
