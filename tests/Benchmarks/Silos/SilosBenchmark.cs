using System.Diagnostics;
using System.Globalization;
using StyleShare.Benchmarks.Http;

namespace StyleShare.Benchmarks.Silos;

/// <summary>
/// What one, two and three silos serve on this one machine, what memory each takes, and how long grains are away whose silo is
/// killed. Each caller talks to one silo, as behind a load balancer; a grain may be on any of them.
/// </summary>
/// <remarks><c>silos [rounds] [seconds]</c>; the environment is that of <see cref="HttpBenchmark"/>.</remarks>
internal sealed class SilosBenchmark
{
    private const int MostSilos = 3, Readers = 64, Writers = 256;

    // What is compiled anew for what it meets is done by then, also where several silos do that on two cores.
    private const int WarmUpSeconds = 25;

    // Between the likes of two loads, so that nobody likes a post twice.
    private const long Apart = 2_000_000;

    private readonly string _server = Required("ConnectionStrings__StyleShare");
    private readonly string _silo = Required("STYLESHARE_SILO");
    private readonly string _folder = Directory.CreateTempSubdirectory("styleshare-bench-").FullName;
    private readonly Databases _databases;
    private readonly DataSet _data;
    private readonly Series[] _reads = Many(), _likes = Many(), _memory = Many();
    private readonly Series _away = new(), _cluster = new();
    private long _nextLike;

    private SilosBenchmark() => (_databases, _data) = (new(_server), new(_folder));

    private string Database => _databases["silos"];

    public static async Task RunAsync(string[] args)
    {
        var benchmark = new SilosBenchmark();
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
        await _databases.Recreate("silos");
        await using (var silo = await SiloProcess.Start(_silo, Database))
        {
            Say($"{DataSet.SignedUp:N0} people sign up");
            await _data.SignUp(silo.Http);
        }

        Say("filling the database");
        await _data.Fill(Database);
        for (var round = 1; round <= rounds; round++)
        {
            for (var count = 1; count <= MostSilos; count++)
                await Measure(round, count, seconds);
        }

        Console.WriteLine(await Machine.Describe(_server));
        Console.WriteLine();
        Print();
    }

    private async Task Measure(int round, int count, int seconds)
    {
        var clock = Stopwatch.StartNew();
        var silos = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => SiloProcess.Start(_silo, Database)));
        try
        {
            if (count == MostSilos)
                _cluster.Add(clock.Elapsed.TotalSeconds);
            await Warm(silos);
            await Load(silos, "get", _data.SomeTokens, Readers, WarmUpSeconds);
            var reads = await Load(silos, "get", _data.SomeTokens, Readers, seconds);
            await Load(silos, "like", _data.AllTokens, Writers, WarmUpSeconds);
            var likes = await Load(silos, "like", _data.AllTokens, Writers, seconds);
            _reads[count - 1].Add(reads);
            _likes[count - 1].Add(likes);
            _memory[count - 1].Add(silos.Average(silo => silo.ResidentBytes) / (1 << 20));
            Say($"round {round}, {count} silos: {reads:N0} reads/s, {likes:N0} likes/s, {_memory[count - 1].Show("0")} MB each");
            if (count == MostSilos)
                _away.Add((await Kill(silos)).TotalSeconds);
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    // Each post once, so that what is measured is not how grains wake up.
    private Task Warm(SiloProcess[] silos)
    {
        var posts = File.ReadAllLines(_data.PostPaths);
        return 32.At(posts.Length, async i =>
        {
            if (!await Answers(silos[i % silos.Length], posts[i]))
                throw new InvalidOperationException($"{posts[i]} is not answered");
        });
    }

    // The callers are spread over the silos; requests a second of all together.
    private async Task<double> Load(SiloProcess[] silos, string mode, string tokens, int callers, int seconds)
    {
        var loads = await Task.WhenAll(silos.Select(silo => Programs.Wrk(
            silo.Address, mode, tokens, _data.PostPaths, callers / silos.Length, seconds, mode == "like" ? _nextLike += Apart : 0)));
        return loads.Sum(load => load.PerSecond);
    }

    // From the kill on until every one of many posts is answered by the silos that are left.
    private async Task<TimeSpan> Kill(SiloProcess[] silos)
    {
        var posts = File.ReadLines(_data.PostPaths).Take(600).ToArray();
        var start = Stopwatch.StartNew();
        silos[^1].Kill();
        var waiting = new HashSet<string>(posts, StringComparer.Ordinal);
        while (waiting.Count > 0)
        {
            if (start.Elapsed > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"{waiting.Count} of {posts.Length} posts are not answered a minute after a silo was killed");
            foreach (var post in waiting.ToArray())
            {
                if (await Answers(silos[0], post))
                    waiting.Remove(post);
            }
        }

        Say($"all of {posts.Length} posts answered {start.Elapsed.TotalSeconds:N1} s after the kill");
        return start.Elapsed;
    }

    private async Task<bool> Answers(SiloProcess silo, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", _data.Tokens[0]);
        using var answer = await silo.Http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    private void Print()
    {
        Console.WriteLine("| what | one silo | two | three |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine($"| posts read (64 connections) | {Row(_reads, "N0", "/s")} |");
        Console.WriteLine($"| likes, random posts (256 connections) | {Row(_likes, "N0", "/s")} |");
        Console.WriteLine($"| memory of a silo after it (resident) | {Row(_memory, "0", " MB")} |");
        Console.WriteLine();
        Console.WriteLine($"Three silos ready, started at once: {_cluster.Show("0.0")} s. After `kill -9` of one of three, all grains answer again: {_away.Show("0.0")} s.");
    }

    private static string Row(Series[] series, string format, string unit) => string.Join(" | ", series.Select(one => one.Show(format) + unit));

    private static Series[] Many() => [.. Enumerable.Range(0, MostSilos).Select(_ => new Series())];

    private static void Say(string what) => Console.Error.WriteLine(what);

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; see tests/Benchmarks/run");
}
