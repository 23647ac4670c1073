using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Api.Tests;

public sealed class LedgerTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly DateTimeOffset At = new(2026, 5, 4, 3, 2, 1, 500, TimeSpan.Zero);
    private readonly Guid _shop = Guid.CreateVersion7();
    private readonly Guid _mina = Guid.CreateVersion7();

    [Fact]
    public async Task The_audit_of_a_whole_ledger_is_clean()
    {
        await Post(Earn("till 1", 100));
        var audit = await host.Operator().Get("/ops/v1/ledger/audit");
        Assert.Equal(200, audit.Status);
        Assert.True(audit.Json["clean"]!.GetValue<bool>());
        Assert.Empty(audit.Json["problems"]!.AsArray());
        Assert.True(audit.Json["checkedAt"]!.GetValue<DateTime>() > DateTime.UnixEpoch);
        Assert.Equal("no-store", audit.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData("GET", "/ops/v1/ledger/audit")]
    [InlineData("GET", "/ops/v1/ledger/statement")]
    [InlineData("POST", "/ops/v1/ledger/corrections")]
    public async Task The_ledger_is_for_operators_only(string method, string path)
    {
        (await host.Anonymous().Send(new HttpMethod(method), path, null)).Problem(401, "unauthenticated");
        var person = await host.Somebody();
        (await person.Client.Send(new HttpMethod(method), path, null)).Problem(403, "operators_only");
    }

    [Fact]
    public async Task A_statement_has_every_line_and_no_text_breaks_out_of_its_field()
    {
        var plain = Earn("till 1", 100, At.AddDays(10));
        var quoted = Earn("say \"hi\", please", 5);
        var formula = Earn("=HYPERLINK(\"http://x\")", 1) with { Note = "이유", Operator = "-1+2" };
        await Post(plain);
        await Post(quoted);
        await Post(formula);
        var statement = await host.Operator().Get($"/ops/v1/ledger/statement?merchantId={_shop}&userId={_mina}");
        Assert.Equal(200, statement.Status);
        Assert.StartsWith("text/csv", statement.ContentType, StringComparison.Ordinal);
        Assert.StartsWith("attachment", statement.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal(
            [
                "seq,createdAt,kind,points,balanceAfter,reference,expiresAt,note,operator,transactionId",
                $"1,2026-05-04T03:02:01.5Z,earn,100,100,till 1,2026-05-14T03:02:01.5Z,,,{plain.Id}",
                $"2,2026-05-04T03:02:01.5Z,earn,5,105,\"say \"\"hi\"\", please\",,,,{quoted.Id}",
                $"3,2026-05-04T03:02:01.5Z,earn,1,106,\"'=HYPERLINK(\"\"http://x\"\")\",,이유,'-1+2,{formula.Id}",
                "",
            ],
            statement.Text.Split("\r\n"));
    }

    [Fact]
    public async Task A_long_statement_comes_whole()
    {
        var change = new Change();
        for (var i = 1; i <= 2_500; i++)
            change.Post(Earn($"till {i}", 1));
        await host.Services.GetRequiredService<ICommitter>().Commit(change, TestContext.Current.CancellationToken);
        var statement = await host.Operator().Get($"/ops/v1/ledger/statement?merchantId={_shop}&userId={_mina}&account=member");
        var lines = statement.Text.Split("\r\n")[1..^1];
        Assert.Equal(Enumerable.Range(1, 2_500), lines.Select(line => int.Parse(line.Split(',')[0])));
    }

    [Fact]
    public async Task A_statement_of_nothing_known_is_refused()
    {
        var client = host.Operator();
        (await client.Get("/ops/v1/ledger/statement")).Problem(400, "invalid_fields");
        (await client.Get($"/ops/v1/ledger/statement?merchantId=x&userId={_mina}")).Problem(400, "invalid_fields");
        (await client.Get($"/ops/v1/ledger/statement?merchantId={_shop}&userId={_mina}&account=issued")).Problem(400, "invalid_fields");
        (await client.Get($"/ops/v1/ledger/statement?merchantId={_shop}&userId={_mina}")).Problem(404, "account_not_found");
        await Post(Earn("till", 1));
        (await client.Get($"/ops/v1/ledger/statement?merchantId={_shop}&userId={_mina}&account=owed")).Problem(404, "account_not_found");
    }

    [Fact]
    public async Task A_correction_is_a_new_transaction_with_a_reason_and_a_name()
    {
        var shop = await host.Shop();
        var person = await host.Somebody();
        var added = await Correct(shop, person, 100, "one");
        Assert.Equal(201, added.Status);
        Assert.Equal((100, 100), (added.Json["balance"]!.GetValue<int>(), added.Json["available"]!.GetValue<int>()));
        var taken = await Correct(shop, person, -30, "two");
        Assert.Equal(70, taken.Json["balance"]!.GetValue<int>());

        // The first one again is not done again, and below zero nobody is taken.
        var again = await Correct(shop, person, 100, "one");
        Assert.Equal((100, "true"), (again.Json["balance"]!.GetValue<int>(), again.Headers["Idempotency-Replayed"]));
        (await Correct(shop, person, -71, "three")).Problem(422, "insufficient_points");
        (await Correct(shop, person, 1, null)).Problem(400, "idempotency_key_required");

        var statement = await host.Operator().Get($"/ops/v1/ledger/statement?merchantId={shop.Id}&userId={person.Id}");
        var lines = statement.Text.Split("\r\n")[1..^1].Select(line => line.Split(',')).ToArray();
        Assert.Equal(["100 100 correction", "-30 70 correction"], lines.Select(line => $"{line[3]} {line[4]} {line[2]}"));
        Assert.All(lines, line => Assert.Equal(("Ticket 1", "Alex"), (line[7], line[8])));
        Assert.True((await host.Operator().Get("/ops/v1/ledger/audit")).Json["clean"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_correction_needs_to_say_all_and_to_be_of_somebody_at_a_shop()
    {
        var shop = await host.Shop();
        var client = host.Operator();
        var wrong = await client.Post("/ops/v1/ledger/corrections", new { points = 0 }, ("Idempotency-Key", "wrong"));
        wrong.Problem(400, "invalid_fields");
        Assert.Equal(
            ["merchantId", "operator", "points", "reason", "userId"],
            wrong.Json["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        (await Correct(shop, new Person(client, Guid.NewGuid().ToString(), "nobody"), 1, "nobody")).Problem(422, "unknown_user");
        (await Correct(shop with { Id = Guid.NewGuid().ToString() }, shop.Owner, 1, "nowhere")).Problem(404, "merchant_not_found");
        (await Correct(shop, shop.Owner, long.MinValue, "least")).Problem(400, "invalid_fields");
    }

    private Task<ApiAnswer> Correct(Shop shop, Person person, long points, string? key) => host.Operator().Post(
        "/ops/v1/ledger/corrections",
        new { merchantId = shop.Id, userId = person.Id, points, reason = "Ticket 1", @operator = "Alex" },
        [.. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", $"{shop.Id} {key}".Replace(' ', '-'))]]);

    private LedgerTransaction Earn(string reference, long points, DateTimeOffset? expires = null) => new(
        Guid.CreateVersion7(), _shop, reference, At,
        [
            new(LedgerAccount.Issued(_shop), EntryKind.Earn, -points),
            new(LedgerAccount.Member(_shop, _mina), EntryKind.Earn, points, [new(expires, points)]),
        ]);

    private async Task Post(LedgerTransaction transaction)
    {
        var change = new Change();
        change.Post(transaction);
        await host.Services.GetRequiredService<ICommitter>().Commit(change);
    }
}
