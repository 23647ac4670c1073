using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StyleShare.Benchmarks.Storage;
using StyleShare.Points;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Points;

/// <summary>
/// The ledger alone: what purchases post (a buyer, and one or three who share), committed in groups, beside pgbench's simple
/// updates on the same server; and how soon an account with many lines is read.
/// </summary>
internal static class LedgerBenchmark
{
    private const int People = 10_000;
    private const int Shops = 1_000;
    private const int LotDays = 365;
    private static readonly DateTimeOffset Ends = new(2027, 5, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Lines of the account that is read (100,000), seconds of each run (5), callers (256).</param>
    public static async Task RunAsync(string[] arguments)
    {
        var lines = Number(arguments, 0, 100_000);
        var seconds = Number(arguments, 1, 5);
        var callers = Number(arguments, 2, 256);
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using var database = await TestDatabase.OnAsync(server);
        var baseline = await StorageBenchmark.PgbenchAsync(server.ConnectionString, seconds);
        Console.WriteLine($"pgbench -N -c 16                    {baseline,10:n0} commits/s");
        await using var storage = await TestStorage.StartAsync(server.ConnectionString);
        await Purchases(storage, "warm-up", callers, seconds, 1, Shops, People, baseline);
        await Purchases(storage, "one level", callers, seconds, 1, Shops, People, baseline);
        await Purchases(storage, "three levels", callers, seconds, 3, Shops, People, baseline);
        await Purchases(storage, "one shop", callers, seconds, 1, 1, People, baseline);
        await Purchases(storage, "one buyer", callers, seconds, 1, 1, 1, baseline);
        await ManyLines(database, storage.Committer, lines);
        var started = Stopwatch.GetTimestamp();
        var report = await new LedgerAudit(
            storage.Source,
            [new AuditView("ledger_audit")],
            Microsoft.Extensions.Options.Options.Create(new LedgerOptions { AuditTimeLimit = TimeSpan.FromMinutes(10) }),
            TimeProvider.System,
            NullLogger<LedgerAudit>.Instance).Run();
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = await database.ScalarAsync<long>("SELECT count(*) FROM ledger_lines");
        Console.WriteLine($"audit of {all:n0} lines: {took:n1} s, {(report.IsClean ? "clean" : report.Problems[0].ToString())}");
    }

    private static async Task Purchases(
        TestStorage storage, string what, int callers, int seconds, int levels, int shops, int people, double baseline)
    {
        // Everybody has a shop, in which they buy and share; the accounts are there, as most are when somebody buys.
        var persons = Enumerable.Range(0, People).Select(_ => Guid.NewGuid()).ToArray();
        var merchants = Enumerable.Range(0, shops).Select(_ => Guid.NewGuid()).ToArray();
        var ids = new Ids(TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, People).Select(person => Buy(new Random(person), person)));
        var cpu = await LaneSeconds(storage);
        var started = Stopwatch.GetTimestamp();
        long done = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                await Buy(random, random.Next(people));
                Interlocked.Increment(ref done);
            }
        })));
        var rate = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var each = (await LaneSeconds(storage) - cpu) * 1e6 / done;
        Console.WriteLine($"purchases, {what,-24} {rate,10:n0} commits/s  {rate / baseline:n2} x pgbench  {each,6:n1} µs of PostgreSQL's CPU each");

        Task Buy(Random random, int person)
        {
            var shop = merchants[person % shops];
            var change = new Change();
            change.Post(new LedgerTransaction(
                ids.Next(), shop, "till 1 0000001", DateTimeOffset.UtcNow,
                [
                    new(LedgerAccount.Issued(shop), EntryKind.Earn, -100 - (10 * levels)),
                    new(LedgerAccount.Member(shop, persons[person]), EntryKind.Earn, 100, [new(Ends, 100)]),
                    .. Enumerable.Range(0, levels).Select(_ => new LedgerLine(
                        LedgerAccount.Member(shop, persons[((random.Next(People / shops) * shops) + (person % shops)) % People]), EntryKind.Share, 10, [new(Ends, 10)])),
                ]));
            return storage.Committer.Commit(change);
        }
    }

    private static async Task ManyLines(TestDatabase database, ICommitter committer, int lines)
    {
        var (shop, few, many) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Fill(committer, shop, few, LotDays);
        await Fill(committer, shop, many, lines);
        await using var silo = await StyleShareCluster.StartAsync(database);
        var store = silo.Services.GetRequiredService<LedgerStore>();

        // The account with few lines, in as many lots, takes along what only the first call of a process costs.
        foreach (var (user, count) in ((Guid, int)[])[(few, LotDays), (many, lines)])
        {
            var started = Stopwatch.GetTimestamp();
            var balance = await silo.Grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, user)).Balance();
            var activated = Stopwatch.GetElapsedTime(started);
            var page = await store.List(LedgerAccount.Member(shop, user), after: null, 20);
            var paged = Stopwatch.GetElapsedTime(started) - activated;
            if (balance.Balance != count || page.Items[0].Seq != count)
                throw new InvalidOperationException("The account is not what was posted.");
            Console.WriteLine(
                $"account of {count,7:n0} lines: activated {activated.TotalMilliseconds,8:n2} ms, first page {paged.TotalMilliseconds,8:n2} ms");
        }
    }

    private static async Task Fill(ICommitter committer, Guid shop, Guid user, int lines)
    {
        for (var done = 0; done < lines; done += 1_000)
        {
            var change = new Change();
            for (var i = done; i < Math.Min(lines, done + 1_000); i++)
            {
                change.Post(new LedgerTransaction(
                    Guid.CreateVersion7(), shop, "till 1 0000001", DateTimeOffset.UtcNow,
                    [
                        new(LedgerAccount.Issued(shop), EntryKind.Earn, -1),
                        new(LedgerAccount.Member(shop, user), EntryKind.Earn, 1, [new(Ends.AddDays(i % LotDays), 1)]),
                    ]));
            }

            await committer.Commit(change);
        }
    }

    // What the lanes' backends have used of their CPUs since they started: unlike a rate it is the same on a busy machine.
    private static async Task<double> LaneSeconds(TestStorage storage)
    {
        await using var command = storage.Source.CreateCommand("SELECT pid FROM pg_stat_activity WHERE application_name = 'styleshare-commit'");
        await using var reader = await command.ExecuteReaderAsync();
        var ticks = 0L;
        while (await reader.ReadAsync())
        {
            var fields = (await File.ReadAllTextAsync($"/proc/{reader.GetInt32(0)}/stat")).Split(") ")[1].Split(' ');
            ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }

        // Linux counts them in hundredths of a second, whatever the machine (proc(5), sysconf(_SC_CLK_TCK)).
        return ticks / 100.0;
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;
}
