using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Placement;
using StyleShare.Testing;

namespace StyleShare.Benchmarks.Engine;

/// <summary>What a call to another silo costs: 100 callers in this process, 10,000 grains in another one, over loopback.</summary>
internal static class CrossSiloBenchmark
{
    private const int Callers = 100;
    private const int Grains = 10_000;

    /// <summary>Runs it; <c>serve</c> is the other process.</summary>
    /// <param name="arguments">Runs (5), seconds of each (2).</param>
    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is ["serve", var connection, var cluster])
        {
            await ServeAsync(connection, cluster);
            return;
        }

        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        var seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 2;
        Console.WriteLine($"{Environment.ProcessorCount} cores, server GC {System.Runtime.GCSettings.IsServerGC}, {runs} runs of {seconds} s, {Callers} callers, {Grains} grains");
        await using var server = await PostgresServer.StartAsync();
        await using var database = await TestDatabase.OnAsync(server);
        var clusterId = Guid.NewGuid().ToString("N");
        using var other = StartOther(database.ConnectionString, clusterId);
        await ExpectAsync(other, "ready");
        using var host = await StartAsync(database.ConnectionString, clusterId, "caller");
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var targets = Enumerable.Range(0, Grains).Select(i => factory.GetGrain<IFarPingGrain>(i)).ToArray();
        var meter = factory.GetGrain<IFarPingGrain>(0);
        await MeasureAsync(targets, meter, Math.Max(2, seconds));
        var results = new List<(double Rate, double Bytes, double PerCore)>();
        for (var run = 0; run < runs; run++)
            results.Add(await MeasureAsync(targets, meter, seconds));
        results.Sort();
        var (rate, bytes, perCore) = results[runs / 2];
        Console.WriteLine($"{"client to grain on another silo, calls/s",-40} {rate,12:N0}  ({results[0].Rate:N0} to {results[^1].Rate:N0})  {bytes,6:F0} B each, {perCore,10:N0} a second of one core, both processes together");
        await host.StopAsync();
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
    }

    private static async Task<(double Rate, double Bytes, double PerCore)> MeasureAsync(IFarPingGrain[] targets, IFarPingGrain meter, double seconds)
    {
        var before = Use.Now() + await meter.Measure();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var watch = Stopwatch.StartNew();
        var calls = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(targets, caller, stop.Token))))).Sum();
        var rate = calls / watch.Elapsed.TotalSeconds;
        var used = Use.Now() + await meter.Measure();
        return (rate, (used.Bytes - before.Bytes) / (double)calls, calls / (used.Cpu - before.Cpu).TotalSeconds);
    }

    private static async Task<long> CallAsync(IFarPingGrain[] targets, int caller, CancellationToken stop)
    {
        var random = new Random(caller);
        var parcel = new FarPing(caller, "a small record");
        var calls = 0L;
        while (!stop.IsCancellationRequested)
        {
            var answer = await targets[random.Next(Grains)].Ping("a short text", parcel);
            if (answer != caller + 12)
                throw new InvalidOperationException($"The answer is {answer}.");
            calls++;
        }

        return calls;
    }

    private static async Task ServeAsync(string connection, string cluster)
    {
        using var host = await StartAsync(connection, cluster, "callee");
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < Grains; i++)
            await factory.GetGrain<IFarPingGrain>(i).Ping("", new FarPing(i, ""));
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(string connection, string cluster, string name)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseAdoNetClustering((AdoNetClusteringSiloOptions options) => (options.Invariant, options.ConnectionString) = ("Npgsql", connection))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, cluster))
            .Configure<SiloOptions>(options => options.SiloName = name)
            .Configure<EndpointOptions>(static options =>
                (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (IPAddress.Loopback, FreePort(), 0)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process StartOther(string connection, string cluster)
    {
        var start = new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "crosssilo", "serve", connection, cluster])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static async Task ExpectAsync(Process process, string line)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } said)
        {
            if (said == line)
                return;
        }

        throw new InvalidOperationException($"The other silo ended with {process.ExitCode}.");
    }
}

/// <summary>A small record.</summary>
[GenerateSerializer]
[Immutable]
[Alias("StyleShare.Benchmarks.FarPing")]
public sealed record FarPing([property: Id(0)] int Number, [property: Id(1)] string Text);

/// <summary>What a process has used so far, or several together.</summary>
[GenerateSerializer]
[Immutable]
[Alias("StyleShare.Benchmarks.Use")]
public sealed record Use([property: Id(0)] long Bytes, [property: Id(1)] TimeSpan Cpu)
{
    /// <summary>This process.</summary>
    public static Use Now() => new(GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);

    /// <summary>Both.</summary>
    public static Use operator +(Use left, Use right) => new(left.Bytes + right.Bytes, left.Cpu + right.Cpu);
}

/// <summary>Lives where it is first called from.</summary>
public interface IFarPingGrain : IGrainWithIntegerKey
{
    /// <summary>Answers with the record's number and the text's length.</summary>
    Task<int> Ping(string text, FarPing parcel);

    /// <summary>What the grain's process has used so far.</summary>
    Task<Use> Measure();
}

/// <summary>Does the least that it can.</summary>
[PreferLocalPlacement]
public sealed class FarPingGrain : Grain, IFarPingGrain
{
    /// <inheritdoc/>
    public Task<int> Ping(string text, FarPing parcel) => Task.FromResult(parcel.Number + text.Length);

    /// <inheritdoc/>
    public Task<Use> Measure() => Task.FromResult(Use.Now());
}
