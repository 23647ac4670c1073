using System.Globalization;
using Npgsql;

namespace StyleShare.Benchmarks.Http;

/// <summary>
/// The figures of the whole service, measured over HTTP from outside with everything on this one machine: silo, PostgreSQL
/// and the load. Each is a ratio of two things measured one after the other, several times.
/// </summary>
/// <remarks><c>http [rounds] [seconds]</c>; ConnectionStrings__StyleShare names the server, on which it makes databases of its
/// own and drops them; STYLESHARE_SILO is the silo's assembly.</remarks>
internal sealed class HttpBenchmark
{
    private const string Database = "http", Empty = "empty", Pgbench = "pgbench";

    // What is compiled anew for what it meets is done by then.
    private const int WarmUpSeconds = 15;

    private readonly string _server = Required("ConnectionStrings__StyleShare");
    private readonly Databases _databases;
    private readonly string _silo = Required("STYLESHARE_SILO");
    private readonly string _folder = Directory.CreateTempSubdirectory("styleshare-bench-").FullName;
    private readonly Figures _figures = new();
    private readonly DataSet _data;
    private long _likes, _flips;

    private HttpBenchmark()
    {
        _databases = new Databases(_server);
        _data = new DataSet(_folder);
    }

    public static async Task RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 8;
        var benchmark = new HttpBenchmark();
        try
        {
            await benchmark.Run(rounds, seconds);
        }
        finally
        {
            await benchmark.CleanUp();
        }
    }

    private async Task Run(int rounds, int seconds)
    {
        await Start(rounds);
        await Prepare();
        for (var round = 1; round <= rounds; round++)
        {
            Say($"round {round} of {rounds}");
            await using var silo = await SiloProcess.Start(_silo, _databases[Database]);
            await Feeds(silo, seconds);
            await Reads(silo, seconds);
            await Writes(silo, seconds);
            await Publish(silo);
        }
        await Memory();
        Console.WriteLine();
        Console.WriteLine(await Machine.Describe(_server));
        Console.WriteLine();
        Console.WriteLine(_figures.Table());
    }

    private async Task Start(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await _databases.Recreate(Empty);
            await using var silo = await SiloProcess.Start(_silo, _databases[Empty]);
            _figures.Start.Add(silo.StartTime.TotalSeconds);
        }
        Say($"start {_figures.Start.Show("0.0")} s");
    }

    private async Task Prepare()
    {
        await _databases.Recreate(Pgbench);
        await Programs.PreparePgbench(new NpgsqlConnectionStringBuilder(_databases[Pgbench]));
        await _databases.Recreate(Database);
        await using (var silo = await SiloProcess.Start(_silo, _databases[Database]))
        {
            Say($"{DataSet.SignedUp:N0} people sign up");
            await _data.SignUp(silo.Http);
        }
        Say("filling the database");
        await _data.Fill(_databases[Database]);
    }

    // The first reading of each builds the feed: from here on it is warm.
    private async Task Feeds(SiloProcess silo, int seconds)
    {
        const int callers = 16;
        var cold = await Latencies.Measure(silo.Http, callers, DataSet.Readers, i => (HttpMethod.Get, "/v1/feed", _data.Tokens[i], null));
        _figures.ColdFeed.Add(cold.P50.TotalMilliseconds);
        _figures.ColdFeedP99.Add(cold.P99.TotalMilliseconds);
        var feeds = Path.Combine(_folder, "feed");
        await File.WriteAllTextAsync(feeds, "/v1/feed\n");
        await Warm(silo, File.ReadAllLines(_data.PostPaths));
        await Programs.Wrk(silo.Address, "get", _data.ReaderTokens, feeds, callers, 2);
        var warm = await Programs.Wrk(silo.Address, "get", _data.ReaderTokens, feeds, callers, seconds);
        var post = await Programs.Wrk(silo.Address, "get", _data.ReaderTokens, _data.PostPaths, callers, seconds);
        _figures.Feeds.Add(warm.PerSecond);
        _figures.FeedP99.Add(warm.P99.TotalMilliseconds);
        _figures.FeedToPost.Add(warm.P99 / post.P99);
        Say($"feeds: cold {cold.P50.TotalMilliseconds:N1} ms, warm {warm.PerSecond:N0}/s, p99 {warm.P99.TotalMilliseconds:N1} ms, post {post.P99.TotalMilliseconds:N1} ms");
    }

    private async Task Reads(SiloProcess silo, int seconds)
    {
        await Warm(silo, File.ReadAllLines(_data.UserPaths));
        _figures.UserToConstant.Add(await Read(_data.UserPaths, _figures.Users));
        _figures.PostToConstant.Add(await Read(_data.PostPaths, _figures.Posts));

        async Task<double> Read(string paths, Series figure)
        {
            var constants = paths + "-constant";
            await File.WriteAllTextAsync(constants, $"/bench/constant?like={File.ReadLines(paths).First()}\n");
            await Programs.Wrk(silo.Address, "get", _data.SomeTokens, constants, 64, 2);
            await Programs.Wrk(silo.Address, "get", _data.SomeTokens, paths, 64, 2);
            var constant = await Programs.Wrk(silo.Address, "get", _data.SomeTokens, constants, 64, seconds);
            var real = await Programs.Wrk(silo.Address, "get", _data.SomeTokens, paths, 64, seconds);
            figure.Add(real.PerSecond);
            Say($"{Path.GetFileName(paths)}: {real.PerSecond:N0}/s, constant {constant.PerSecond:N0}/s");
            return real.PerSecond / constant.PerSecond;
        }
    }

    private async Task Writes(SiloProcess silo, int seconds)
    {
        const int callers = 256;
        var pgbench = await Programs.Pgbench(new NpgsqlConnectionStringBuilder(_databases[Pgbench]), seconds);
        await Like(WarmUpSeconds);
        var likes = await Like(seconds);
        await Comment(WarmUpSeconds);
        var comments = await Comment(seconds);
        var one = await Programs.Wrk(silo.Address, "flip", _data.AllTokens, _data.PostPaths, callers, seconds, _flips);
        _flips += (one.Requests + callers) / 2 * 2;
        _figures.Pgbench.Add(pgbench);
        _figures.Likes.Add(likes.PerSecond);
        _figures.LikesToPgbench.Add(likes.PerSecond / pgbench);
        _figures.Comments.Add(comments.PerSecond);
        _figures.CommentsToPgbench.Add(comments.PerSecond / pgbench);
        _figures.OnePost.Add(one.PerSecond);
        _figures.OneToRandom.Add(one.PerSecond / likes.PerSecond);
        Say($"pgbench {pgbench:N0}/s, likes {likes.PerSecond:N0}/s, comments {comments.PerSecond:N0}/s, one post {one.PerSecond:N0}/s");

        async Task<Load> Like(int forSeconds)
        {
            var load = await Programs.Wrk(silo.Address, "like", _data.AllTokens, _data.PostPaths, callers, forSeconds, _likes);
            _likes += (load.Requests + 2 * callers) / 2 * 2;
            return load;
        }

        Task<Load> Comment(int forSeconds) =>
            Programs.Wrk(silo.Address, "comment", _data.AllTokens, _data.PostPaths, callers, forSeconds);
    }

    private async Task Publish(SiloProcess silo)
    {
        const int posts = 2_000, callers = 16;
        const string body = """{"caption":"Rainy day, navy trench coat #ootd","photoIds":[]}""";
        Task<Latencies> By(string token) =>
            Latencies.Measure(silo.Http, callers, posts, _ => (HttpMethod.Post, "/v1/posts", token, body));
        await By(_data.Tokens[^3]);
        // data.sql gives the last by handle 1,000,000 followers, and the one before 10.
        var few = await By(_data.Tokens[^2]);
        var many = await By(_data.Tokens[^1]);
        _figures.Publish.Add(many.P50.TotalMilliseconds);
        _figures.ManyToFew.Add(many.Mean / few.Mean);
        Say($"publish: {few.Mean.TotalMilliseconds:N2} ms with 10 followers, {many.Mean.TotalMilliseconds:N2} ms with 1,000,000");
    }

    private async Task Memory()
    {
        await using var silo = await SiloProcess.Start(_silo, _databases[Database]);
        await Warm(silo, _data.PeoplePaths[..1000]);
        var before = await silo.LiveBytes();
        await Warm(silo, _data.PeoplePaths[1000..]);
        var people = _data.PeoplePaths.Length - 1000;
        _figures.BytesPerUser.Add((await silo.LiveBytes() - before) / (double)people);
        Say($"{_figures.BytesPerUser.Show("N0")} bytes for an active user");
    }

    private Task Warm(SiloProcess silo, string[] paths) =>
        Latencies.Measure(silo.Http, callers: 32, paths.Length, i => (HttpMethod.Get, paths[i], _data.Tokens[0], null));

    private async Task CleanUp()
    {
        Directory.Delete(_folder, recursive: true);
        await _databases.DropAll();
    }

    private static void Say(string what) => Console.Error.WriteLine(what);

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; see tests/Benchmarks/run");
}
