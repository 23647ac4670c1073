using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleShare.Chaos.Tests;

/// <summary>
/// One customer and the tills that serve them: buys, gives back, redeems, gives away, at random and one thing after the other,
/// repeats what was not answered, and books what was answered.
/// </summary>
internal sealed class Shopper(Market market, int number, Random random, Func<Uri> silo)
{
    private readonly Customer _me = market.Customers[number];
    private readonly List<(Shop Shop, Guid Id, long Left)> _purchases = [];

    /// <summary>How many things were done, or refused for a reason.</summary>
    public int Done { get; private set; }

    /// <summary>Whether something was not as it should be.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Goes on until there is an end to it; what is begun is done to its end.</summary>
    public async Task Go(CancellationToken end)
    {
        try
        {
            for (; !end.IsCancellationRequested; Done++)
                await One(market.Shops[random.Next(market.Shops.Length)]);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }

    private Task One(Shop shop) => random.Next(10) switch
    {
        < 5 => Buy(shop),
        < 6 => GiveBack(),
        < 8 => Redeem(shop),
        _ => Give(shop),
    };

    private async Task Buy(Shop shop)
    {
        var amount = random.NextInt64(1, 50_000);
        var reference = Guid.NewGuid().ToString("n");
        // The one before brought me here; the first one came alone.
        var code = number == 0 ? null : market.Customers[number - 1].ShareCodes[Array.IndexOf(market.Shops, shop)];
        var body = Answers.Body(new { reference, userId = _me.Person.Id, amount, shareCode = code });
        var key = Guid.NewGuid().ToString();
        var answer = await Till(shop, "purchases", body, key);
        Assert.True(answer.Status == 201, answer.ToString());
        if (random.Next(8) == 0)
        {
            // The till did not get the answer, or a second till sends the same receipt.
            var again = await Till(shop, "purchases", body, random.Next(2) == 0 ? key : Guid.NewGuid().ToString());
            Assert.True(again.Status == 201 && JsonNode.DeepEquals(answer.Json, again.Json), $"{answer} and then {again}");
        }

        var purchase = answer.Json["purchase"]!;
        market.Book(shop.Id, _me.Person.Id, answer.Json.Number("earned"));
        foreach (var part in answer.Json["distributed"]!.AsArray())
            market.Book(shop.Id, part!.Id("userId"), part!.Number("points"));
        _purchases.Add((shop, purchase.Id(), amount));
    }

    private async Task GiveBack()
    {
        if (_purchases.Count == 0)
            return;
        var at = random.Next(_purchases.Count);
        var (shop, id, left) = _purchases[at];
        var amount = random.Next(3) == 0 ? left : random.NextInt64(1, left + 1);
        var answer = await Till(shop, $"purchases/{id}/refunds", Answers.Body(new { amount }), Guid.NewGuid().ToString());
        Assert.True(answer.Status == 201, answer.ToString());
        foreach (var part in answer.Json["clawedBack"]!.AsArray())
            market.Book(shop.Id, part!.Id("userId"), -part!.Number("points"));
        if (left == amount)
            _purchases.RemoveAt(at);
        else
            _purchases[at] = (shop, id, left - amount);
    }

    private async Task Redeem(Shop shop)
    {
        var path = $"/v1/me/points/{shop.Id}/redemptions";
        var points = random.NextInt64(1, 3_000);
        var held = await Mine(path, Answers.Body(new { points }), Guid.NewGuid().ToString());
        if (TooFew(held))
            return;
        Assert.True(held.Status == 201, held.ToString());
        var wish = random.Next(5);
        if (wish == 0)
            return; // Left to expire.
        var captured = wish == 1 ? 0 : wish == 2 ? random.NextInt64(1, points + 1) : points;
        var code = held.Json["code"]?.GetValue<string>();
        while (true)
        {
            // Codes live in one silo's memory; with a new one it is a new request.
            var answer = captured == 0
                ? await Till(shop, $"redemptions/{code}/void", "{}", Guid.NewGuid().ToString())
                : await Till(shop, $"redemptions/{code}/capture", Answers.Body(new { points = captured }), Guid.NewGuid().ToString());
            if (answer.Status == 404)
            {
                var renewed = await Mine($"{path}/{held.Json.Id()}/code", "{}", Guid.NewGuid().ToString());
                if (renewed.Status is 200 or 201)
                {
                    code = renewed.Json["code"]!.GetValue<string>();
                    continue;
                }

                // It was done, and the answer was lost with the silo.
                Assert.Equal(409, renewed.Status);
                answer = renewed;
            }

            var done = answer.Status is 200 or 201
                || answer.Json["code"]!.GetValue<string>() == (captured == 0 ? "already_voided" : "already_captured");
            Assert.True(done, answer.ToString());
            market.Book(shop.Id, _me.Person.Id, -captured);
            return;
        }
    }

    private async Task Give(Shop shop)
    {
        var to = market.Customers[random.Next(market.Customers.Length)].Person.Id;
        if (to == _me.Person.Id)
            return;
        var points = random.NextInt64(1, 500);
        var answer = await Mine($"/v1/me/points/{shop.Id}/transfers", Answers.Body(new { toUserId = to, points }), Guid.NewGuid().ToString());
        if (TooFew(answer))
            return;
        Assert.True(answer.Status == 201, answer.ToString());
        market.Book(shop.Id, _me.Person.Id, -points);
        market.Book(shop.Id, to, points);
    }

    private static bool TooFew(ApiAnswer answer) =>
        answer.Status == 422 && answer.Json["code"]!.GetValue<string>() == "insufficient_points";

    private Task<ApiAnswer> Till(Shop shop, string path, string body, string key) =>
        Clients.Ask(silo, shop.Till, HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/v1/merchants/{shop.Id}/{path}"), body, key);

    private Task<ApiAnswer> Mine(string path, string body, string key) =>
        Clients.Ask(silo, _me.Person.Client, HttpMethod.Post, path, body, key);
}

/// <summary>A crowd that shops until it is told to end.</summary>
internal sealed class Shopping : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Shopper[] _shoppers;
    private readonly Task _all;

    public Shopping(Shopper[] shoppers)
    {
        _shoppers = shoppers;
        _all = Task.WhenAll(shoppers.Select(shopper => Task.Run(() => shopper.Go(_end.Token))));
    }

    /// <summary>Waits until so much more was done; fails as soon as one of them does.</summary>
    public async Task More(int operations)
    {
        var wanted = _shoppers.Sum(shopper => shopper.Done) + operations;
        while (_shoppers.Sum(shopper => shopper.Done) < wanted && !_shoppers.Any(shopper => shopper.HasFailed))
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        if (_shoppers.Any(shopper => shopper.HasFailed))
            await End();
    }

    /// <summary>Has everybody end what they do.</summary>
    public async Task End()
    {
        await _end.CancelAsync();
        await _all;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }
}
