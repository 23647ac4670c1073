using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Api.Tests;

/// <summary>Gives points without a purchase.</summary>
public static class PointsApiSteps
{
    /// <summary>As a purchase gives them.</summary>
    public static async Task GivePoints(
        this ApiHost host, Guid shop, Guid user, long points, DateTimeOffset? until = null, string reference = "till 1")
    {
        var change = new Change();
        change.Post(new(
            Guid.CreateVersion7(), shop, reference, TimeProvider.System.Now(),
            [
                new(LedgerAccount.Issued(shop), EntryKind.Earn, -points),
                new(LedgerAccount.Member(shop, user), EntryKind.Earn, points, [new(until, points)]),
            ]));
        await host.Services.GetRequiredService<ICommitter>().Commit(change);
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, user)).Refresh();
    }

    /// <summary>Somebody with points at a shop.</summary>
    public static async Task<Person> Customer(this ApiHost host, Shop shop, long points)
    {
        var person = await host.Somebody();
        await host.GivePoints(Guid.Parse(shop.Id), Guid.Parse(person.Id), points);
        return person;
    }

    /// <summary>Sets points aside for a till.</summary>
    public static Task<ApiAnswer> Redeem(this Person person, Shop shop, long points, string? key = null) => person.Client.Post(
        $"/v1/me/points/{shop.Id}/redemptions", new { points }, ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));

    /// <summary>Captures or voids.</summary>
    public static Task<ApiAnswer> Resolve(this Shop shop, string code, string what, object? body = null, string? key = null) =>
        shop.Till.Send(
            HttpMethod.Post, $"/v1/merchants/{shop.Id}/redemptions/{code}/{what}",
            body is null ? null : ApiClient.Json(System.Text.Json.JsonSerializer.Serialize(body)),
            ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));
}
