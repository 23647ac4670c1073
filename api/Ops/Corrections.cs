using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.People;
using StyleShare.Points;
using StyleShare.Shops;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/ledger/corrections</c>: what is wrong in the ledger is put right by a new transaction, never by an edit.</summary>
internal sealed class Corrections(IGrainFactory grains, LedgerStore ledger, Ids ids, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder ops) => ops.Post("/ledger/corrections", Correct).NeedsKey()
        .Describe("Operations", "correctPoints", "Add points, or take them, with a reason",
            "A new transaction with the operator's name; an account is not taken below zero, and what is held stays held.")
        .Takes<CorrectionRequest>(LedgerExamples.Correction).Gives<CorrectionResponse>(201, LedgerExamples.Corrected)
        .Fails(404, "merchant_not_found").Fails(422, "insufficient_points", "unknown_user");

    private async Task Correct(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.CorrectionRequest) is not { } body)
            return;
        var fields = new Fields();
        var merchant = fields.IdOf("merchantId", body.MerchantId ?? "");
        var user = fields.IdOf("userId", body.UserId ?? "");
        var points = PointsOf(fields, body.Points);
        var reason = fields.Required("reason", body.Reason, PointsLimits.Reason);
        var name = fields.Required("operator", body.Operator, PointsLimits.OperatorName);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var (shop, person) = (merchant!.Value, user!.Value);
        await idempotency.Run(
            http,
            PointsJson.Default.PointsBalance,
            async key =>
            {
                await CheckExists(shop, person);
                return await grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, person))
                    .Correct(new CorrectPoints(ids.Next(), points, name, reason, key));
            },
            balance => Responses.Json(
                http,
                StatusCodes.Status201Created,
                new CorrectionResponse(shop, person, balance.Balance, balance.Available, balance.Owed),
                ApiJson.Default.CorrectionResponse));
    }

    // Who has closed their account may still have points that were wrong.
    private async Task CheckExists(Guid merchant, Guid user)
    {
        if (await grains.GetGrain<IMerchantGrain>(merchant).Terms() is null)
            throw ShopErrors.NotFound();
        if (await grains.GetGrain<IUserGrain>(user).Summary() is null && !await ledger.Exists(LedgerAccount.Member(merchant, user)))
            throw PointsErrors.UnknownUser();
    }

    private static long PointsOf(Fields fields, long? points)
    {
        if (points is not null and not 0 and >= -PointsLimits.MaxPoints and <= PointsLimits.MaxPoints)
            return points.Value;
        fields.Wrong("points", string.Create(
            CultureInfo.InvariantCulture, $"Must be there, from {-PointsLimits.MaxPoints} to {PointsLimits.MaxPoints}, and not 0."));
        return 0;
    }
}
