using System.Globalization;

namespace StyleShare.Chaos.Tests;

/// <summary>The ledger adds up, and what clients were told is what is there, whatever dies meanwhile.</summary>
public sealed class LedgerTests
{
    private const string OperatorKey = "an operator key of these tests, long enough";
    private const int Shops = 3;

    // A person may ask for more: 200 clients, and more that they do between two blows.
    private static readonly int Shoppers = Setting("STYLESHARE_CHAOS_SHOPPERS", 60);
    private static readonly int BetweenBlows = Setting("STYLESHARE_CHAOS_OPERATIONS", 400);

    private static readonly string[] Settings =
        ["--StyleShare:Accounts:PasswordIterations", "1", "--StyleShare:Operators:Key", OperatorKey];

    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task Points_add_up_though_two_silos_share_the_accounts_and_are_killed_in_turn()
    {
        const int kills = 4;
        await using var database = await TestDatabase.CreateAsync();
        using var clients = new Clients();
        SiloProcess[] silos =
        [
            await SiloProcess.Start(database.ConnectionString, Settings), await SiloProcess.Start(database.ConnectionString, Settings),
        ];
        try
        {
            var market = await Market.Open(clients, silos[0].Address, Shops, Shoppers);
            await using var shopping = Go(market, number => silos[number % 2].Address);
            for (var kill = 1; kill <= kills; kill++)
            {
                await shopping.More(BetweenBlows);
                await silos[kill % 2].Kill();
                silos[kill % 2].Dispose();
                silos[kill % 2] = await SiloProcess.Start(database.ConnectionString, Settings);
            }

            await shopping.More(BetweenBlows);
            await shopping.End();
            await AddsUp(market, silos[0].Address, database.ScalarAsync<long>, clients);
            await AddsUp(market, silos[1].Address, database.ScalarAsync<long>, clients);
        }
        finally
        {
            foreach (var silo in silos)
                silo.Dispose();
        }
    }

    [Fact]
    public async Task Points_add_up_though_the_database_is_restarted_and_crashes()
    {
        await using var postgres = await PostgresServer.StartAsync();
        using var clients = new Clients();
        using var silo = await SiloProcess.Start(postgres.ConnectionString, Settings);
        var market = await Market.Open(clients, silo.Address, Shops, Shoppers);
        await using var shopping = Go(market, _ => silo.Address);
        await shopping.More(BetweenBlows);
        await postgres.StopAsync();
        await postgres.StartAgainAsync();
        await shopping.More(BetweenBlows);
        await postgres.KillAsync();
        await postgres.StartAgainAsync();
        await shopping.More(BetweenBlows);
        await shopping.End();

        await using var source = Npgsql.NpgsqlDataSource.Create(postgres.ConnectionString);
        await AddsUp(market, silo.Address, Ask, clients);

        async Task<long> Ask(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        }
    }

    private Shopping Go(Market market, Func<int, Uri> silo)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {_seed}"));
        return new([.. Enumerable.Range(0, Shoppers).Select(number => new Shopper(market, number, new Random(_seed + number), () => silo(number)))]);
    }

    // The clients' book, the API's balances and the database's audit say the same.
    private static async Task AddsUp(Market market, Uri silo, AskDatabase database, Clients clients)
    {
        await Eventually.Is(0L, () => database("SELECT count(*) FROM jobs WHERE kind = 'claw-back'"));
        foreach (var shop in market.Shops)
        {
            foreach (var customer in market.Customers)
            {
                var path = $"/v1/me/points/{shop.Id}";
                await Eventually.Is(market.Booked(shop.Id, customer.Person.Id), async () =>
                {
                    var points = (await Clients.Ask(() => silo, customer.Person.Client, HttpMethod.Get, path)).Json;
                    return points.Number("balance") - points.Number("owed");
                });
            }
        }

        var audit = await clients.Anonymous(OperatorKey).Get(new Uri(silo, "/ops/v1/ledger/audit").ToString());
        Assert.True(audit.Status == 200 && audit.Json["clean"]!.GetValue<bool>(), audit.ToString());
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
