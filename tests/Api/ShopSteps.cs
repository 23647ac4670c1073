using System.Text.Json.Nodes;

namespace StyleShare.Api.Tests;

/// <summary>A shop, its owner, and a till of it.</summary>
public sealed record Shop(Person Owner, string Id, ApiClient Till)
{
    /// <summary>Records a purchase.</summary>
    public Task<ApiAnswer> Buy(object body, string? key = null) =>
        Till.Post($"/v1/merchants/{Id}/purchases", body, ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));

    /// <summary>Takes a purchase back, or a part of it.</summary>
    public Task<ApiAnswer> Refund(string purchase, object body, string? key = null) =>
        Till.Post($"/v1/merchants/{Id}/purchases/{purchase}/refunds", body, ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));
}

/// <summary>Opens shops.</summary>
public static class ShopSteps
{
    /// <summary>A new shop of somebody new.</summary>
    public static async Task<Shop> Shop(this ApiHost host, object? program = null)
    {
        var owner = await host.Somebody();
        var opened = await owner.OpenShop(program);
        return new Shop(owner, opened["merchant"]!["id"]!.GetValue<string>(), host.Till(opened["apiKey"]!.GetValue<string>()));
    }

    /// <summary>Opens a shop; what it was answered.</summary>
    public static async Task<JsonNode> OpenShop(this Person owner, object? program = null)
    {
        var answer = await owner.Client.Post(
            "/v1/merchants", new { name = "Oat", currency = "KRW", program = program ?? new { earnBps = 500 } });
        Assert.True(answer.Status == 201, answer.ToString());
        return answer.Json;
    }

    /// <summary>A till with an API key.</summary>
    public static ApiClient Till(this ApiHost host, string key)
    {
        var till = host.Anonymous();
        till.Token = key;
        return till;
    }
}
