using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Shops;

namespace StyleShare.Api;

/// <summary><c>/v1/merchants/{id}/api-keys</c>: what a shop's tills prove with whose they are.</summary>
internal sealed class MerchantKeys(IGrainFactory grains, Idempotency idempotency)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Post("/merchants/{id}/api-keys", "merchant", Add).Limit(Limited.Write)
            .Describe("Merchants", "addApiKey", "Make a new API key",
                "It is shown this once. The keys of before end a day later, so that tills can change over.")
            .Gives<AddedKeyResponse>(201, MerchantExamples.AddedKey)
            .Fails(404, "merchant_not_found").Fails(422, "too_many_api_keys");
        v1.Delete("/merchants/{id}/api-keys/{keyId}", "merchant", Revoke).Limit(Limited.Write)
            .At(MerchantExamples.MerchantId, MerchantExamples.AddedKeyId)
            .Describe("Merchants", "deleteApiKey", "End an API key at once", "Tills that have it can do nothing from here on.")
            .Gives(204).Fails(404, "merchant_not_found", "api_key_not_found");
    }

    private Task Add(HttpContext http, Guid id) => idempotency.Run(
        http,
        ShopJson.Default.AddedKey,
        key => grains.GetGrain<IMerchantGrain>(id).AddKey(http.CallerId(), key),
        added =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return Responses.Json(
                http,
                StatusCodes.Status201Created,
                new AddedKeyResponse(ApiKeyResponse.Of(added.Key), added.ApiKey),
                ApiJson.Default.AddedKeyResponse);
        });

    private async Task Revoke(HttpContext http, Guid id)
    {
        if (!Guid.TryParseExact(http.Text("keyId"), "D", out var key))
        {
            await Problems.NotFound(http, "api_key");
            return;
        }

        await grains.GetGrain<IMerchantGrain>(id).RevokeKey(http.CallerId(), key);
        Responses.NoContent(http);
    }
}
