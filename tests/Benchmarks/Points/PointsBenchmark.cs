using System.Globalization;
using Npgsql;
using StyleShare.Benchmarks.Http;

namespace StyleShare.Benchmarks.Points;

/// <summary>Purchases and balances over HTTP, each beside what it is to be compared with.</summary>
/// <remarks><c>points [rounds] [seconds]</c>; the environment is that of <see cref="HttpBenchmark"/>.</remarks>
internal sealed class PointsBenchmark
{
    private const int Callers = 256, Readers = 64;
    private readonly string _server = Required("ConnectionStrings__StyleShare");
    private readonly string _silo = Required("STYLESHARE_SILO");
    private readonly string _folder = Directory.CreateTempSubdirectory("styleshare-bench-").FullName;
    private readonly Databases _databases;
    private readonly Market _market;
    private readonly Series _pgbench = new(), _balances = new(), _balanceToPost = new();
    private readonly List<(string What, Series PerSecond, Series Ratio, Series P99)> _purchases = [];

    private PointsBenchmark() => (_databases, _market) = (new(_server), new(_folder));

    public static async Task RunAsync(string[] args)
    {
        var benchmark = new PointsBenchmark();
        try
        {
            await benchmark.Run(
                args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3,
                args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 8);
        }
        finally
        {
            Directory.Delete(benchmark._folder, recursive: true);
            await benchmark._databases.DropAll();
        }
    }

    private async Task Run(int rounds, int seconds)
    {
        await _databases.Recreate("pgbench");
        await Programs.PreparePgbench(new NpgsqlConnectionStringBuilder(_databases["pgbench"]));
        await _databases.Recreate("points");
        await using (var silo = await SiloProcess.Start(_silo, _databases["points"]))
        {
            Say("people sign up, shops open");
            await _market.Open(silo.Http, _databases["points"]);
        }

        for (var round = 1; round <= rounds; round++)
        {
            Say($"round {round} of {rounds}");
            await using var silo = await SiloProcess.Start(_silo, _databases["points"]);
            await Purchases(silo, round, seconds);
            await Balances(silo, seconds);
        }

        Console.WriteLine(await Machine.Describe(_server));
        Console.WriteLine();
        Print();
    }

    private async Task Purchases(SiloProcess silo, int round, int seconds)
    {
        // Everybody buys everywhere once, so that what is measured later is not how grains wake up.
        await Buy("warm-1-", _market.OneLevel, _market.AllBuyers, "all", 5);
        await Buy("warm-3-", _market.ThreeLevels, _market.AllBuyers, "all", 5);
        var pgbench = await Programs.Pgbench(new NpgsqlConnectionStringBuilder(_databases["pgbench"]), seconds);
        _pgbench.Add(pgbench);
        (string What, string Tills, string Buyers)[] mixes =
        [
            ("one level, any buyer in any shop", _market.OneLevel, _market.AllBuyers),
            ("one level, one shop", _market.OneShop, _market.AllBuyers),
            ("one level, one buyer", _market.OneLevel, _market.OneBuyer),
            ("three levels, any buyer in any shop", _market.ThreeLevels, _market.AllBuyers),
        ];
        for (var i = 0; i < mixes.Length; i++)
        {
            var load = await Buy($"{i}-", mixes[i].Tills, mixes[i].Buyers, "random", seconds);
            if (_purchases.Count == i)
                _purchases.Add((mixes[i].What, new(), new(), new()));
            _purchases[i].PerSecond.Add(load.PerSecond);
            _purchases[i].Ratio.Add(load.PerSecond / pgbench);
            _purchases[i].P99.Add(load.P99.TotalMilliseconds);
            Say($"{mixes[i].What}: {load.PerSecond:N0}/s, pgbench {pgbench:N0}/s");
        }

        Task<Load> Buy(string prefix, string tills, string buyers, string order, int time) => Programs.WrkScript(
            silo.Address, Path.Combine("Points", "purchases.lua"), Callers, time, tills, buyers,
            string.Create(CultureInfo.InvariantCulture, $"r{round}-{prefix}"), order);
    }

    private async Task Balances(SiloProcess silo, int seconds)
    {
        await Programs.Wrk(silo.Address, "get", _market.Tokens, _market.BalancePaths, Readers, 2);
        await Programs.Wrk(silo.Address, "get", _market.Tokens, _market.PostPaths, Readers, 2);
        var balance = await Programs.Wrk(silo.Address, "get", _market.Tokens, _market.BalancePaths, Readers, seconds);
        var post = await Programs.Wrk(silo.Address, "get", _market.Tokens, _market.PostPaths, Readers, seconds);
        _balances.Add(balance.PerSecond);
        _balanceToPost.Add(balance.PerSecond / post.PerSecond);
        Say($"balances {balance.PerSecond:N0}/s, posts {post.PerSecond:N0}/s");
    }

    private void Print()
    {
        Console.WriteLine("| what | figure | ratio | goal |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine($"| `pgbench -N -c 16`, same server | {_pgbench.Show("N0")}/s | 1 | |");
        foreach (var (what, perSecond, ratio, p99) in _purchases)
            Console.WriteLine($"| purchases, {what} (256 connections) | {perSecond.Show("N0")}/s, p99 {p99.Show("0")} ms | {ratio.Show("0.00")} × pgbench | ≥ 1 |");
        Console.WriteLine($"| read a balance (64 connections) | {_balances.Show("N0")}/s | {_balanceToPost.Show("0.00")} × a post | ≥ 1 |");
    }

    private static void Say(string what) => Console.Error.WriteLine(what);

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; see tests/Benchmarks/run");
}
