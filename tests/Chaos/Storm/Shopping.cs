using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>What a person does in shops, and the tills for them: buys, gives back, redeems, gives away.</summary>
internal sealed class Shopping(Town town, Caller caller, Guid me)
{
    private readonly List<(TownShop Shop, Guid Id, long Left, long Amount)> _purchases = [];
    private readonly HashSet<(Guid Purchase, long Amount)> _refunds = [];
    private int _holds, _gifts;

    private Random Random => caller.Random;

    public Task One()
    {
        var shop = town.ShopsThere[Random.Next(town.ShopsThere.Count)];
        return Random.Next(10) switch
        {
            < 4 => Buy(shop),
            < 6 => GiveBack(),
            < 9 => Redeem(shop),
            _ => Give(shop),
        };
    }

    private async Task Buy(TownShop shop)
    {
        var amount = Random.NextInt64(1, 50_000);
        // The one before brought me here; the first one came alone.
        var code = caller.Number == 0 ? null : town.People[caller.Number - 1].LinkTo(shop);
        var reference = Guid.NewGuid().ToString("n");
        var told = await Record(caller, shop, me, reference, amount, code);
        // The receipt comes from a second till, too.
        if (told.IsDone && Random.Next(8) == 0)
            await Record(caller, shop, me, reference, amount, code);
        if (told.IsDone)
            _purchases.Add((shop, told.Answer!["purchase"]!.Id(), amount, amount));
    }

    /// <summary>A till records a purchase.</summary>
    public static Task<Told> Record(
        Caller caller, TownShop shop, Guid buyer, string reference, long amount, string? shareCode, string? key = null) => caller.Want(
        new("purchase", reference, $"{shop.Id} {buyer} {amount}"),
        Keyed(Call.Post($"/v1/merchants/{shop.Id}/purchases", new { reference, userId = buyer, amount, shareCode }, shop.Key), key),
        answer => (
            answer["purchase"]!.Text("id"),
            $"{shop.Id} {buyer} {amount} {answer.Number("earned")} {Parts(answer["distributed"]!)}"));

    private static Call Keyed(Call call, string? key) => key is null ? call : call with { Key = key };

    private async Task GiveBack()
    {
        if (_purchases.Count == 0)
            return;
        var at = Random.Next(_purchases.Count);
        var (shop, id, left, whole) = _purchases[at];
        // Each amount once a purchase, so that it names the refund.
        var amount = Random.Next(3) == 0 ? left : Random.NextInt64(1, left + 1);
        if (!_refunds.Add((id, amount)))
            return;
        var told = await caller.Want(
            new("refund", $"{id} {amount}", ""),
            Call.Post($"/v1/merchants/{shop.Id}/purchases/{id}/refunds", new { amount }, shop.Key),
            answer => (answer["refund"]!.Text("id"), Parts(answer["clawedBack"]!)));
        // Also if nobody told: more than is left would be refused.
        if (told.Intent.Outcome != Outcome.Refused && left == amount)
            _purchases.RemoveAt(at);
        else
            _purchases[at] = (shop, id, left - amount, whole);
    }

    private async Task Redeem(TownShop shop)
    {
        // Each number of points once, so that it names the hold.
        var points = ++_holds;
        var path = $"/v1/me/points/{shop.Id}/redemptions";
        var held = await caller.Want(
            new("hold", $"{me} {shop.Id} {points}", ""),
            Call.Post(path, new { points }),
            answer => (answer.Text("id"), null),
            refusals: ["insufficient_points", "too_many_holds"]);
        if (!held.IsDone)
            return;
        var wish = Random.Next(5);
        if (wish > 0) // Else it is left to expire.
            await Resolve(shop, path, held.Answer!, wish == 1 ? 0 : wish == 2 ? Random.Next(1, points + 1) : points);
    }

    private async Task Resolve(TownShop shop, string path, JsonNode held, long captured)
    {
        var (id, code) = (held.Text("id"), held["code"]?.GetValue<string>());
        var wish = new Wish("hold-end", id, captured == 0 ? "voided" : string.Create(CultureInfo.InvariantCulture, $"captured {captured}"));
        var already = captured == 0 ? "already_voided" : "already_captured";
        string[] refusals = ["unknown_code", "hold_expired"];
        var inDoubt = false;
        for (var told = await Settle(); told.Code == "unknown_code"; told = await Settle())
        {
            // Codes live in memory alone, and may have died with a silo.
            inDoubt |= told.Intent.IsAmbiguous;
            var renewed = await caller.Want(
                new("code", id, ""), Call.Post($"{path}/{id}/code", new { }), refusals: ["hold_expired", "already_captured", "already_voided"]);
            if (!renewed.IsDone)
                return;
            code = renewed.Answer!.Text("code");
        }

        Task<Told> Settle() => caller.Want(
            wish,
            captured == 0
                ? Call.Post($"/v1/merchants/{shop.Id}/redemptions/{code}/void", new { }, shop.Key)
                : Call.Post($"/v1/merchants/{shop.Id}/redemptions/{code}/capture", new { points = captured }, shop.Key),
            refusals: refusals,
            already: already,
            inDoubt: inDoubt);
    }

    private async Task Give(TownShop shop)
    {
        var to = town.People[Random.Next(town.People.Count)].Id;
        if (to == me)
            return;
        var points = Random.NextInt64(1, 500);
        var note = string.Create(CultureInfo.InvariantCulture, $"gift {++_gifts} of {me}");
        await caller.Want(
            new("gift", note, ""),
            Call.Post($"/v1/me/points/{shop.Id}/transfers", new { toUserId = to, points, note }),
            answer => (answer.Text("id"), $"{shop.Id} {me} {answer.Text("toUserId")} {answer.Number("points")}"),
            refusals: ["insufficient_points"]);
    }

    // In the order in which the database shows them.
    private static string Parts(JsonNode parts) => string.Join(',', parts.AsArray()
        .Select(part => $"{part!.Text("userId")}:{part!.Number("points")}").Order(StringComparer.Ordinal));
}
