using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Requests;
using StyleShare.Shops;
using StyleShare.Sweeps;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Points;

/// <summary>Points of many accounts expire in a sweep while others buy: how fast, and what the others notice of it.</summary>
internal static class ExpiryBenchmark
{
    private const int Buyers = 1_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    // As the product makes them: see LedgerAccount, whose ids the audit computes in the same way.
    private const string Fill =
        """
        CREATE FUNCTION pg_temp.account(shop uuid, person uuid, kind smallint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT encode(substr(set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 128), 8, (get_byte(hash, 8) & 63) | 128), 1, 16), 'hex')::uuid
            FROM sha256(uuid_send(shop) || uuid_send(coalesce(person, '00000000-0000-0000-0000-000000000000')) || int2send(kind)) AS hash $$;
        CREATE TEMP TABLE filled AS SELECT gen_random_uuid() AS person, gen_random_uuid() AS id FROM generate_series(1, $accounts$);
        INSERT INTO point_accounts (id, merchant_id, kind) VALUES (pg_temp.account('$shop$', NULL, 10::smallint), '$shop$', 10);
        INSERT INTO point_accounts (id, merchant_id, user_id, kind) SELECT pg_temp.account('$shop$', person, 1::smallint), '$shop$', person, 1 FROM filled;
        INSERT INTO ledger_transactions (id, merchant_id, lines, reference, created_at) SELECT id, '$shop$', 2, 'till 1', now() FROM filled;
        INSERT INTO ledger_lines (transaction_id, ordinal, account_id, kind, points, seq, balance_after)
            SELECT id, 1, pg_temp.account('$shop$', NULL, 10::smallint), 'earn', -$lots$, NULL::bigint, NULL::bigint FROM filled
            UNION ALL SELECT id, 2, pg_temp.account('$shop$', person, 1::smallint), 'earn', $lots$, 1, $lots$ FROM filled;
        INSERT INTO point_lots SELECT pg_temp.account('$shop$', person, 1::smallint), date_trunc('day', now(), 'UTC') - lot * interval '1 day', 1
            FROM filled, generate_series(0, $lots$ - 1) AS lot;
        ANALYZE point_accounts, ledger_transactions, ledger_lines, point_lots
        """;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Accounts (100,000), lots of each (10), purchases a second meanwhile (500).</param>
    public static async Task RunAsync(string[] arguments)
    {
        var accounts = Number(arguments, 0, 100_000);
        var lots = Number(arguments, 1, 10);
        var rate = Number(arguments, 2, 500);
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using var database = await TestDatabase.OnAsync(server);
        await FillAsync(database, accounts, lots);
        await using var silo = await StyleShareCluster.StartAsync(
            database, configure: services => services.AddSingleton(TimeProvider.System));
        var shop = await OpenAsync(database, silo);
        await BuyAsync(shop, rate, Task.Delay(Quiet / 2)); // warm
        var quiet = await BuyAsync(shop, rate, Task.Delay(Quiet));
        Console.WriteLine($"{rate} purchases a second, quiet:       {quiet}");

        var started = Stopwatch.GetTimestamp();
        var sweep = silo.Grains.GetGrain<ISweepGrain>(SweepKeys.Of("point-expiry", 0));
        await sweep.Run();
        var meanwhile = await BuyAsync(shop, rate, Until(sweep));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"{rate} purchases a second, in a sweep:  {meanwhile}, p99 {meanwhile.P99 / quiet.P99:n1} x quiet");
        Console.WriteLine($"{accounts * lots:n0} lots of {accounts:n0} accounts expired in {elapsed:n1} s: {accounts * lots / elapsed:n0} lots/s");
        var left = await database.ScalarAsync<long>("SELECT count(*) FROM point_lots WHERE expires_at < now()");
        var report = await silo.Services.GetRequiredService<LedgerAudit>().Run();
        Console.WriteLine($"left: {left}; audit: {(report.IsClean ? "clean" : report.Problems[0].ToString())}");
    }

    private static async Task Until(ISweepGrain sweep)
    {
        while ((await sweep.State()).IsRunning)
            await Task.Delay(50);
    }

    private static async Task FillAsync(TestDatabase database, int accounts, int lots)
    {
        var shop = Guid.NewGuid().ToString();
        var sql = Fill.Replace("$shop$", shop, StringComparison.Ordinal)
            .Replace("$accounts$", accounts.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$lots$", lots.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await using var fill = new NpgsqlCommand(sql, await database.Source.OpenConnectionAsync()) { CommandTimeout = 0 };
        await using (fill.Connection)
            await fill.ExecuteNonQueryAsync();
    }

    private static async Task<Shop> OpenAsync(TestDatabase database, StyleShareCluster silo)
    {
        await database.ExecuteAsync(
            $"""
            INSERT INTO users (id, handle, email, display_name, bio, locale, followers, created_at, version)
            SELECT gen_random_uuid(), 'buyer' || n, 'buyer' || n || '@example.com', 'Buyer', '', 'en', 0, now(), 1 FROM generate_series(1, {Buyers}) AS n
            """);
        await using var people = database.Source.CreateCommand("SELECT array_agg(id) FROM users");
        var shop = new Shop(Guid.NewGuid(), (Guid[])(await people.ExecuteScalarAsync())!, silo.Grains);
        await silo.Grains.GetGrain<IMerchantGrain>(shop.Id).Open(new(Guid.NewGuid(), "Oat", "KRW", PointsProgram.Earning(500), null));
        return shop;
    }

    // So many a second whether the ones before are done or not, as tills are: who waits for answers measures no queue.
    private static async Task<Latencies> BuyAsync(Shop shop, int rate, Task until)
    {
        var started = Stopwatch.GetTimestamp();
        List<Task<double>> sent = [];
        while (!until.IsCompleted)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate) - sent.Count; due > 0; due--)
                sent.Add(shop.BuyAsync());
            await Task.Delay(1);
        }

        await until;
        var times = await Task.WhenAll(sent);
        Array.Sort(times);
        return new Latencies(times[times.Length / 2], times[times.Length * 99 / 100]);
    }

    private sealed record Shop(Guid Id, Guid[] People, IGrainFactory Grains)
    {
        public async Task<double> BuyAsync()
        {
            var at = Stopwatch.GetTimestamp();
            var reference = Guid.NewGuid().ToString();
            await Grains.GetGrain<IPurchaseGrain>(PurchaseKeys.Of(Id, reference)).Record(new RecordPurchase(
                Id, reference, People[Random.Shared.Next(People.Length)], MemberCode: null, Amount: 10_000, [], ShareCode: null, OccurredAt: null,
                new RequestKey(reference, [1])));
            return Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        }
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;

    private readonly record struct Latencies(double P50, double P99)
    {
        public override string ToString() => $"p50 {P50:n1} ms, p99 {P99:n1} ms";
    }
}
