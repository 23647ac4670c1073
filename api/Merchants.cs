using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Shops;

namespace StyleShare.Api;

/// <summary><c>/v1/merchants</c>: shops and how they give points, for their owners.</summary>
internal sealed class Merchants(IGrainFactory grains, Ids ids, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/merchants", Open).Limit(Limited.Write)
            .Describe("Merchants", "openMerchant", "Open a shop that gives points", "The key for its tills is shown this once.")
            .Takes<OpenMerchantRequest>(MerchantExamples.OpenMerchant)
            .Gives<OpenedMerchantResponse>(201, MerchantExamples.OpenedMerchant);
        v1.Get("/merchants/{id}", "merchant", Get)
            .Describe("Merchants", "getMerchant", "See one's shop", "With its API keys, but for the keys themselves.")
            .Gives<MerchantResponse>(200, MerchantExamples.Merchant).HasETag()
            .Fails(404, "merchant_not_found");
        v1.Patch("/merchants/{id}", "merchant", Edit).Limit(Limited.Write)
            .Describe("Merchants", "editMerchant", "Edit one's shop", "What is absent stays. It holds for later purchases only.")
            .Takes<EditMerchantRequest>(MerchantExamples.EditMerchant)
            .Gives<MerchantResponse>(200, MerchantExamples.EditedMerchant).HasIfMatch()
            .Fails(404, "merchant_not_found");
    }

    private async Task Open(HttpContext http)
    {
        if (await Bodies.Read(http, ApiJson.Default.OpenMerchantRequest) is not { } body)
            return;
        var fields = new Fields();
        var name = fields.Required("name", body.Name, Merchant.NameRule);
        var currency = fields.Present("currency", body.Currency);
        if (body.Currency is not null && !Merchant.IsCurrency(currency))
            fields.Wrong("currency", "Must be an ISO 4217 code, three capital letters.");
        if (body.Program?.EarnBps is null)
            fields.Wrong(body.Program is null ? "program" : "program.earnBps", "Is required.");
        var program = Check(fields, EditOf(body.Program ?? new()).Of(PointsProgram.Earning(0)));
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        await idempotency.Run(
            http,
            ShopJson.Default.OpenedMerchant,
            key => grains.GetGrain<IMerchantGrain>(ids.Next()).Open(new(http.CallerId(), name, currency, program, key)),
            opened => Opened(http, opened));
    }

    private static Task Opened(HttpContext http, OpenedMerchant opened)
    {
        http.Response.Headers.Location = $"/v1/merchants/{opened.Merchant.Id}";
        http.Response.Headers.CacheControl = "no-store";
        return Responses.Json(
            http,
            StatusCodes.Status201Created,
            new OpenedMerchantResponse(MerchantResponse.Of(opened.Merchant), opened.ApiKey),
            ApiJson.Default.OpenedMerchantResponse);
    }

    private async Task Get(HttpContext http, Guid id)
    {
        if (await grains.GetGrain<IMerchantGrain>(id).Get(http.CallerId()) is { } merchant)
            await Show(http, merchant);
        else
            await Problems.NotFound(http, "merchant");
    }

    private async Task Edit(HttpContext http, Guid id)
    {
        if (await ETags.Read(http) is not { } match || await Bodies.Read(http, ApiJson.Default.EditMerchantRequest) is not { } body)
            return;
        var grain = grains.GetGrain<IMerchantGrain>(id);
        if (await grain.Get(http.CallerId()) is not { } merchant)
        {
            await Problems.NotFound(http, "merchant");
            return;
        }

        var fields = new Fields();
        var name = body.Name is null ? null : fields.Required("name", body.Name, Merchant.NameRule);
        var edit = body.Program is null ? null : EditOf(body.Program);
        if (edit is not null)
            Check(fields, edit.Of(merchant.Program));
        if (fields.AnyWrong)
            await fields.Refuse(http);
        else if (!match.Allows(merchant.Version))
            await IfMatch.Refuse(http);
        else
            await Show(http, await grain.Edit(new(http.CallerId(), name, edit, match.IsConditional ? merchant.Version : null)));
    }

    private static ProgramEdit EditOf(ProgramRequest given) => new(
        given.EarnBps,
        given.SharePoolBps,
        given.ShareSplit is { } split ? ImmutableArray.Create(split) : null,
        given.UnclaimedShare switch
        {
            null => null,
            "merchant" => UnclaimedShare.Merchant,
            "buyer" => UnclaimedShare.Buyer,
            _ => (UnclaimedShare)(-1),
        },
        given.ExpiryDays,
        NeverExpires: given is { HasExpiryDays: true, ExpiryDays: null },
        given.MinRedeem,
        given.MaxPerPurchase,
        Unlimited: given is { HasMaxPerPurchase: true, MaxPerPurchase: null },
        given.Active);

    private static PointsProgram Check(Fields fields, PointsProgram program)
    {
        foreach (var (field, rule) in program.Problems())
            fields.Wrong("program." + field, rule);
        return program;
    }

    private static Task Show(HttpContext http, MerchantView merchant) =>
        Responses.Resource(http, MerchantResponse.Of(merchant), merchant.Version, ApiJson.Default.MerchantResponse);
}
