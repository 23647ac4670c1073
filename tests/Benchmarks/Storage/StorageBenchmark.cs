using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Storage;

/// <summary>
/// The committer alone: likes on random posts (one update of a narrow row and one insert each), beside what pgbench's
/// simple update commits on the same server.
/// </summary>
internal static partial class StorageBenchmark
{
    private const int Posts = 100_000;

    private static readonly StateTable<Head> Heads = new(
        "bench_posts", Column.Uuid<Head>("id", p => p.Id), Column.Bigint<Head>("likes", p => p.Likes));

    private static readonly Statement<Like> InsertLike = new(
        "bench_like",
        "INSERT INTO bench_likes (post_id, user_id, created_at) SELECT post_id, user_id, created_at FROM rows ON CONFLICT DO NOTHING",
        Expect.Any,
        Column.Uuid<Like>("post_id", l => l.Post),
        Column.Uuid<Like>("user_id", l => l.User),
        Column.Timestamptz<Like>("created_at", l => l.At))
    {
        Table = "bench_likes",
        Key = l => HashCode.Combine(l.Post, l.User),
    };

    private sealed record Head(Guid Id, long Likes);

    private readonly record struct Like(Guid Post, Guid User, DateTimeOffset At);

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Callers (256), seconds of each run (5), lanes (2).</param>
    public static async Task RunAsync(string[] arguments)
    {
        var callers = Number(arguments, 0, 256);
        var seconds = Number(arguments, 1, 5);
        var lanes = Number(arguments, 2, 2);
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (source)
        {
            await Migrator.RunAsync(source, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
            await ExecuteAsync(source, Schema);
            var baseline = await PgbenchAsync(server.ConnectionString, seconds);
            Console.WriteLine($"pgbench -N -c 16            {baseline,10:n0} commits/s");
            await using var storage = await TestStorage.StartAsync(server.ConnectionString, options => options.Lanes = lanes);
            for (var run = 0; run < 3; run++)
            {
                var likes = await LikeAsync(storage, callers, TimeSpan.FromSeconds(seconds), hot: false);
                Console.WriteLine($"likes, random posts         {likes.PerSecond,10:n0} commits/s  {likes.PerSecond / baseline:n2} x pgbench  {likes}");
            }

            var one = await LikeAsync(storage, callers, TimeSpan.FromSeconds(seconds), hot: true);
            Console.WriteLine($"likes, one post             {one.PerSecond,10:n0} commits/s  {one.PerSecond / baseline:n2} x pgbench  {one}");
        }
    }

    private static string Schema =>
        $"""
        CREATE TABLE bench_posts (id uuid PRIMARY KEY, likes bigint NOT NULL, version bigint NOT NULL) WITH (fillfactor = 80);
        INSERT INTO bench_posts SELECT md5(n::text)::uuid, 0, 1 FROM generate_series(1, {Posts}) n;
        CREATE TABLE bench_likes (post_id uuid NOT NULL, user_id uuid NOT NULL, created_at timestamptz NOT NULL, PRIMARY KEY (post_id, user_id));
        ANALYZE
        """;

    private static async Task<Result> LikeAsync(TestStorage storage, int callers, TimeSpan duration, bool hot)
    {
        var posts = await LoadAsync(storage.Source, storage.Committer, hot ? 1 : Posts);
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        long likes = 0;
        // A scheduler that runs one thing at a time stands for a grain's turns; callers have posts of their own, or share one.
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(
            async () =>
            {
                var own = posts.Where((_, i) => hot || i % callers == caller).ToArray();
                var random = new Random(caller);
                while (Stopwatch.GetElapsedTime(started) < duration)
                {
                    var post = own[random.Next(own.Length)];
                    var head = post.Working!;
                    var like = new Like(head.Id, Guid.NewGuid(), DateTimeOffset.UtcNow);
                    await post.Commit(new Decision<Head, Like>(head with { Likes = head.Likes + 1 }, [like]));
                    Interlocked.Increment(ref likes);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            hot ? turns : new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap()));
        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        return new Result(
            likes / elapsed.TotalSeconds,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / likes,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)likes);
    }

    private static async Task<CommittedState<Head, Like>[]> LoadAsync(NpgsqlDataSource source, ICommitter committer, int count)
    {
        List<CommittedState<Head, Like>> posts = [];
        await using var command = source.CreateCommand($"SELECT id, likes, version FROM bench_posts LIMIT {count}");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var post = new CommittedState<Head, Like>(
                committer, Heads, static (change, like) => change.Add(InsertLike, like), e => Console.Error.WriteLine(e));
            post.Load(new Head(reader.GetGuid(0), reader.GetInt64(1)), reader.GetInt64(2));
            posts.Add(post);
        }

        return [.. posts];
    }

    internal static async Task<double> PgbenchAsync(string connectionString, int seconds)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var bin = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/pgbench";
        string[] server = ["-h", settings.Host!, "-U", settings.Username!, settings.Database!];
        await ToolAsync(bin, ["-i", "-q", "-s", "10", .. server]);
        var report = await ToolAsync(bin, ["-N", "-c", "16", "-j", "2", "-T", seconds.ToString(CultureInfo.InvariantCulture), .. server]);
        return double.Parse(Tps().Match(report).Groups["tps"].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static async Task<string> ToolAsync(string file, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex("tps = (?<tps>[0-9.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tps();

    private readonly record struct Result(double PerSecond, double MicrosecondsOfCpu, double Bytes)
    {
        public override string ToString() => $"{MicrosecondsOfCpu,5:n1} µs CPU and {Bytes:n0} B each, callers included";
    }
}
