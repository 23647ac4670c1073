using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Purchases;

namespace StyleShare.Api;

/// <summary><c>/v1/merchants/{id}/purchases</c>: what a shop's tills record, take back and look up.</summary>
internal sealed class Purchases(
    IGrainFactory grains, PurchaseQueries purchases, Pages pages, Idempotency idempotency, WrongCodes wrongCodes, TimeProvider clock)
{
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/merchants/{id}/purchases", "merchant", Record).ForTills().NeedsKey()
            .Describe("Purchases", "recordPurchase", "Record a purchase",
                "The buyer earns, and those who brought them in get their shares, at once. The same reference again is the same purchase.")
            .Takes<PurchaseRequest>(PurchaseExamples.Record)
            .Gives<PurchaseResponse>(201, PurchaseExamples.Recorded)
            .Fails(409, "reference_reused").Fails(422, "unknown_user", "unknown_member_code", "unknown_share_code");
        v1.Post("/merchants/{id}/purchases/{purchaseId}/refunds", "merchant", Refund).ForTills().NeedsKey()
            .At(MerchantExamples.MerchantId, PurchaseExamples.PurchaseId)
            .Describe("Purchases", "refundPurchase", "Take a purchase back, or a part of it",
                "Points are taken back in proportion from everybody who got some; what they have spent meanwhile they owe.")
            .Takes<RefundRequest>(PurchaseExamples.Refund)
            .Gives<RefundResponse>(201, PurchaseExamples.Refunded)
            .Fails(404, "purchase_not_found").Fails(409, "already_refunded").Fails(422, "refund_exceeds_purchase");
        v1.Get("/merchants/{id}/purchases", "merchant", OfMerchant).ForTills()
            .Describe("Purchases", "listPurchasesOfMerchant", "What was bought in a shop", "Newest first.")
            .GivesList<PurchaseContract>(PurchaseExamples.OfMerchant);
        v1.Get("/me/purchases", OfCaller)
            .Describe("Purchases", "listMyPurchases", "What one bought", "In all shops, newest first.")
            .GivesList<PurchaseContract>(PurchaseExamples.OfMina);
    }

    private async Task Record(HttpContext http, Guid id)
    {
        if (await Bodies.Read(http, ApiJson.Default.PurchaseRequest) is not { } body)
            return;
        var fields = new Fields();
        var command = Command(fields, id, body);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (command.MemberCode is not null && !await wrongCodes.Admit(http))
            return;
        await idempotency.Run(
            http,
            PurchaseJson.Default.RecordedPurchase,
            key => Record(http, command with { Request = key }),
            recorded => Responses.Json(
                http, StatusCodes.Status201Created, PurchaseResponse.Of(recorded), ApiJson.Default.PurchaseResponse),
            isOneChange: true);
    }

    private async Task<RecordedPurchase> Record(HttpContext http, RecordPurchase command)
    {
        try
        {
            return await grains.GetGrain<IPurchaseGrain>(PurchaseKeys.Of(command.MerchantId, command.Reference)).Record(command);
        }
        catch (Refusal e) when (e.Code == PurchaseErrors.UnknownMemberCodeText)
        {
            wrongCodes.Count(http);
            throw;
        }
    }

    private RecordPurchase Command(Fields fields, Guid merchant, PurchaseRequest body)
    {
        var reference = fields.Required("reference", body.Reference, PurchaseLimits.Reference);
        if (reference.Length > PurchaseLimits.Reference.MaxLength)
            fields.Wrong("reference", "Must have 100 characters at the most, those beyond Unicode's first plane counted twice.");
        if (body.UserId is null == body.MemberCode is null)
            fields.Wrong("userId", "Needs either userId or memberCode.");
        if (body.MemberCode?.Length > PurchaseLimits.Code)
            fields.Wrong("memberCode", "Is too long to be one.");
        if (body.ShareCode?.Length > PurchaseLimits.Code)
            fields.Wrong("shareCode", "Is too long to be one.");
        if (body.OccurredAt is { } at && (at < Earliest || at > clock.GetUtcNow() + PurchaseLimits.Ahead))
            fields.Wrong("occurredAt", "Must not be in the future, nor in another century.");
        return new RecordPurchase(
            merchant,
            reference,
            fields.IdOf("userId", body.UserId),
            body.MemberCode,
            AmountOf(fields, body.Amount ?? 0),
            ItemsOf(fields, body.Items),
            body.ShareCode,
            Moment(body.OccurredAt),
            Request: null);
    }

    private async Task Refund(HttpContext http, Guid id)
    {
        if (await Bodies.Read(http, ApiJson.Default.RefundRequest) is not { } body)
            return;
        var fields = new Fields();
        if (body.Amount is { } amount)
            AmountOf(fields, amount);
        if (fields.AnyWrong)
            await fields.Refuse(http);
        else if (!Guid.TryParseExact(http.Text("purchaseId"), "D", out var purchase))
            await Problems.NotFound(http, "purchase");
        else
            await Refund(http, id, purchase, body.Amount);
    }

    private Task Refund(HttpContext http, Guid merchant, Guid purchase, long? amount) => idempotency.Run(
        http,
        PurchaseJson.Default.RefundedPurchase,
        key => grains.GetGrain<IPurchaseGrain>(purchase).Refund(new(merchant, amount, key)),
        refunded => Responses.Json(
            http, StatusCodes.Status201Created, RefundResponse.Of(refunded), ApiJson.Default.RefundResponse),
        isOneChange: true);

    private async Task OfMerchant(HttpContext http, Guid id)
    {
        if (await Pages.Read(http, $"merchants/{id}/purchases") is { } request)
            await Show(http, request, await purchases.OfMerchant(id, request.After, request.Limit, http.RequestAborted));
    }

    private async Task OfCaller(HttpContext http)
    {
        if (await Pages.Read(http, $"{http.CallerId()}/purchases") is { } request)
            await Show(http, request, await purchases.OfUser(http.CallerId(), request.After, request.Limit, http.RequestAborted));
    }

    private Task Show(HttpContext http, PageRequest request, Page<PurchaseView> page) =>
        pages.Write(http, request, page, PurchaseContract.Of, ApiJson.Default.ListResponsePurchaseContract);

    private static long AmountOf(Fields fields, long amount)
    {
        if (amount is < 1 or > PurchaseLimits.Amount)
            fields.Wrong("amount", "Must be from 1 to 1,000,000,000,000.");
        return amount;
    }

    private static ImmutableArray<PurchaseItem> ItemsOf(Fields fields, PurchaseItemContract?[]? items)
    {
        if (items is null)
            return [];
        if (items.Length > PurchaseLimits.Items)
        {
            fields.Wrong("items", $"Must be {PurchaseLimits.Items} at the most.");
            return [];
        }

        var kept = ImmutableArray.CreateBuilder<PurchaseItem>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i]?.Quantity is < 1 or > PurchaseLimits.Quantity)
                fields.Wrong($"items[{i}].quantity", "Must be from 1 to 1,000,000.");
            if (items[i]?.Price is < 0 or > PurchaseLimits.Amount)
                fields.Wrong($"items[{i}].price", "Must be from 0 to 1,000,000,000,000.");
            var name = fields.Required($"items[{i}].name", items[i]?.Name, PurchaseLimits.ItemName);
            kept.Add(new PurchaseItem(name, items[i]?.Quantity, items[i]?.Price));
        }

        return kept.MoveToImmutable();
    }

    // As the database keeps it: what is answered now is what is read later.
    private static DateTimeOffset? Moment(DateTimeOffset? at) =>
        at is { } time ? new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null;
}
