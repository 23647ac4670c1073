using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;
using StyleShare.Shops;

namespace StyleShare.Api;

/// <summary><c>/v1/me/points</c>: what the caller has at shops.</summary>
internal sealed class PointsCalls(IGrainFactory grains, LedgerStore ledger, Pages pages)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/me/points", List)
            .Describe("Points", "listPoints", "What one has at every shop", "Of shops at which one ever had points.")
            .GivesList<PointsResponse>(PointsExamples.ListedPoints);
        v1.Get("/me/points/{merchantId}", Get).At(MerchantExamples.MerchantId)
            .Describe("Points", "getPoints", "What one has at a shop", "Points that are over are not in it, from that moment on.")
            .Gives<PointsResponse>(200, PointsExamples.Points).HasETag()
            .Fails(404, "merchant_not_found");
        v1.Get("/me/points/{merchantId}/entries", Entries).At(MerchantExamples.MerchantId)
            .Describe("Points", "listEntries", "How points came and went", "The lines of the ledger, newest first.")
            .GivesList<EntryResponse>(PointsExamples.Entries).Fails(404, "merchant_not_found");
    }

    /// <summary>The shop in the path; null, with the problem written, if there is none.</summary>
    public static async Task<Guid?> Shop(HttpContext http, IGrainFactory grains) => (await Terms(http, grains))?.Id;

    private static async Task<MerchantTerms?> Terms(HttpContext http, IGrainFactory grains)
    {
        if (Guid.TryParseExact(http.Text("merchantId"), "D", out var id) && await grains.GetGrain<IMerchantGrain>(id).Terms() is { } terms)
            return terms;
        await Problems.NotFound(http, "merchant");
        return null;
    }

    private async Task List(HttpContext http)
    {
        var caller = http.CallerId();
        if (await Pages.Read(http, $"points/{caller:N}") is not { } request)
            return;
        var shops = await ledger.ShopsOf(caller, request.After, request.Limit, http.RequestAborted);
        var accounts = await Task.WhenAll(shops.Items.Select(shop => Show(shop, caller)));
        var page = new Page<PointsResponse>(ImmutableArray.Create(accounts), shops.Next);
        await pages.Write(http, request, page, static account => account, ApiJson.Default.ListResponsePointsResponse);
    }

    private async Task Get(HttpContext http)
    {
        if (await Terms(http, grains) is not { } shop)
            return;
        var balance = await Account(shop.Id, http.CallerId()).Balance();
        await Responses.Resource(http, PointsResponse.Of(balance, shop.Name), version: 1, ApiJson.Default.PointsResponse);
    }

    // Both are asked at once, and mostly answer from memory.
    private async Task<PointsResponse> Show(Guid shop, Guid user)
    {
        var terms = grains.GetGrain<IMerchantGrain>(shop).Terms();
        var balance = await Account(shop, user).Balance();
        return PointsResponse.Of(balance, (await terms)?.Name ?? "");
    }

    private async Task Entries(HttpContext http)
    {
        var caller = http.CallerId();
        if (await Shop(http, grains) is not { } shop || await Pages.Read(http, $"points/{caller:N}/{shop:N}") is not { } request)
            return;
        // What is over or can be settled is so before it is shown.
        if (request.After is null)
            await Account(shop, caller).Balance();
        var page = await ledger.List(LedgerAccount.Member(shop, caller), request.After, request.Limit, http.RequestAborted);
        await pages.Write(http, request, page, EntryResponse.Of, ApiJson.Default.ListResponseEntryResponse);
    }

    private IMemberAccountGrain Account(Guid shop, Guid user) => grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, user));
}
