using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StyleShare.DeadLetters;
using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Jobs;

/// <summary>Durable no-op jobs from enqueue to done, what a claim costs, and what waiting jobs cost.</summary>
internal static class JobBenchmark
{
    private const int Waiting = 1_000_000;

    private static readonly JobKind<Nothing> Kind = new("nothing", NothingJson.Default.Nothing);

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Jobs of each run (100,000), callers (256).</param>
    public static async Task RunAsync(string[] arguments)
    {
        var jobs = Number(arguments, 0, 100_000);
        var callers = Number(arguments, 1, 256);
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString))
            await Migrator.RunAsync(source, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
        using var host = await StartAsync(server.ConnectionString);
        for (var run = 0; run < 4; run++)
            await DoAsync(run == 0 ? "jobs, warming up" : "jobs, enqueue to done", host, jobs, callers);
        await LatencyAsync("nothing waits", host);
        await ClaimAsync("nothing waits", host);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await WaitAsync(host, "nothing", "now() + interval '1 day'");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory of the silo with a million waiting jobs: {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0:n0} kB more"));
        await LatencyAsync("a million wait for their time", host);
        await ClaimAsync("a million wait for their time", host);
        await DoAsync("jobs, beside a million that wait for their time", host, jobs, callers);
        await WaitAsync(host, "other", "now()");
        await ClaimAsync("another million is due", host, "other");
        await DoAsync("jobs, beside two million", host, jobs, callers);
        await host.StopAsync();
    }

    private static async Task DoAsync(string what, IHost host, int jobs, int callers)
    {
        var handler = host.Services.GetRequiredService<NoOp>();
        var queue = host.Services.GetRequiredService<IJobs>();
        var done = handler.Expect(jobs);
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        var left = jobs;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await queue.Enqueue(Kind, new Nothing());
        })));
        var enqueued = Stopwatch.GetElapsedTime(started);
        await done;
        while (await ScalarAsync(host, "SELECT count(*) FROM jobs WHERE kind = 'nothing' AND due_at <= now()") > 0)
            await Task.Delay(1);
        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-50} {jobs / elapsed.TotalSeconds,8:n0} jobs/s  ({jobs / enqueued.TotalSeconds:n0}/s enqueued, {(process.TotalProcessorTime - cpu).TotalMicroseconds / jobs:n0} µs of the silo's CPU and {(GC.GetTotalAllocatedBytes() - allocated) / jobs:n0} B each)"));
    }

    /// <summary>From the call that enqueues to the handler's begin, one after the other.</summary>
    private static async Task LatencyAsync(string what, IHost host)
    {
        var handler = host.Services.GetRequiredService<NoOp>();
        var queue = host.Services.GetRequiredService<IJobs>();
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var done = handler.Expect(1);
            var started = Stopwatch.GetTimestamp();
            await queue.Enqueue(Kind, new Nothing());
            await done;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"enqueue to begin, {what}: median {times[150]:n1} ms, p99 {times[297]:n1} ms"));
    }

    /// <summary>What asking the database takes when there is nothing to claim, and when there are 100.</summary>
    private static async Task ClaimAsync(string what, IHost host, string kind = "nobody")
    {
        await using var claims = new JobClaims(host.Services.GetRequiredService<LaneDataSource>());
        var times = new List<double>();
        var claimed = 0;
        for (var i = 0; i < 300; i++)
        {
            var started = Stopwatch.GetTimestamp();
            claimed += (await claims.Take(Guid.NewGuid(), [new JobRoom(kind, 100, Since: null), new JobRoom("nothing", 1, null)], default)).Count;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        // Nobody does what was claimed here.
        await using var delete = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "DELETE FROM jobs WHERE worker IS NOT NULL AND worker NOT IN (SELECT id FROM job_workers)");
        await delete.ExecuteNonQueryAsync();
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"a claim, {what}: median {times[150]:n2} ms, p99 {times[297]:n2} ms ({claimed / 300} jobs each)"));
    }

    private static async Task WaitAsync(IHost host, string kind, string due)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            $$"""
            INSERT INTO jobs (id, kind, payload, due_at)
            SELECT gen_random_uuid(), '{{kind}}', '{}', {{due}} + n * interval '1 millisecond' - interval '1 hour'
            FROM generate_series(1, {{Waiting}}) n
            """);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> ScalarAsync(IHost host, string sql)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<IHost> StartAsync(string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:StyleShare", connectionString)]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddStyleShareStorage(builder.Configuration);
        builder.Services.AddDeadLetters();
        builder.Services.AddJobs(builder.Configuration);
        builder.Services.AddJob<Nothing, NoOp>(Kind);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static int Number(string[] arguments, int index, int otherwise) =>
        arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;

    private sealed class NoOp : IJobHandler<Nothing>
    {
        private TaskCompletionSource _all = new();
        private int _left;

        public Task Expect(int jobs)
        {
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, jobs);
            return _all.Task;
        }

        public Task Run(JobContext context, Nothing payload, CancellationToken cancellation)
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _all.SetResult();
            return Task.CompletedTask;
        }
    }
}

internal sealed record Nothing;

[JsonSerializable(typeof(Nothing))]
internal sealed partial class NothingJson : JsonSerializerContext;
