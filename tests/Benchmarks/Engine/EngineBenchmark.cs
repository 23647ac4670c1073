using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace StyleShare.Benchmarks.Engine;

/// <summary>What a call, an activation and an idle activation cost: 100 callers, 10,000 grains, one silo in this process.</summary>
internal static class EngineBenchmark
{
    private const int Callers = 100;
    private const int Grains = 10_000;
    private const int Cold = 200_000;

    // No key is cold twice.
    private static int Next = 1_000_000;

    public static async Task RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        Console.WriteLine($"{Environment.ProcessorCount} cores, server GC {System.Runtime.GCSettings.IsServerGC}, {runs} runs of {seconds} s, {Callers} callers, {Grains} grains");

        using var host = await StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        await WarmAsync(factory);

        Report("client to grain, calls/s", await RepeatAsync(runs, () => ClientAsync(factory, seconds, read: false)));
        Report("client to grain, [ReadOnly], calls/s", await RepeatAsync(runs, () => ClientAsync(factory, seconds, read: true)));
        Report("grain to grain, calls/s", await RepeatAsync(runs, () => GrainToGrainAsync(factory, seconds)));
        Report("stream events to grains, events/s", await RepeatAsync(runs, () => EventsAsync(seconds)));
        Report("cold activations/s", await RepeatAsync(runs, () => ColdAsync(factory)));
        Report("bytes an idle activation", [new Measured(await IdleAsync(factory), 0, 0)]);
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddPersistentStreams(
            EventSource.Name,
            static (services, name) => new EventSource(services, name),
            static streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task WarmAsync(IGrainFactory factory)
    {
        for (var i = 0; i < Grains; i++)
            await factory.GetGrain<IPingGrain>(i).Ping(i);
        await ClientAsync(factory, 1, read: false);
        await ClientAsync(factory, 0.5, read: true);
        await GrainToGrainAsync(factory, 1);
        await EventsAsync(1);
    }

    private static async Task<Measured> ClientAsync(IGrainFactory factory, double seconds, bool read)
    {
        var targets = Enumerable.Range(0, Grains).Select(i => factory.GetGrain<IPingGrain>(i)).ToArray();
        using var stop = new CancellationTokenSource();
        return await MeasureAsync(seconds, stop, caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var calls = 0L;
            while (!stop.IsCancellationRequested)
            {
                var target = targets[random.Next(Grains)];
                await (read ? target.Read() : target.Ping(1000 + (int)(calls & 0xFFFF)));
                calls++;
                // Reads may be answered without a wait; others are to have their share of the thread.
                if (read && (calls & 0xFFF) == 0)
                    await Task.Yield();
            }

            return calls;
        }));
    }

    private static async Task<Measured> GrainToGrainAsync(IGrainFactory factory, double seconds)
    {
        using var stop = new CancellationTokenSource();
        Volatile.Write(ref DriverGrain.Stop, false);
        DriverGrain.Targets = [.. Enumerable.Range(0, Grains).Select(i => factory.GetGrain<IPingGrain>(i))];
        stop.Token.Register(() => Volatile.Write(ref DriverGrain.Stop, true));
        return await MeasureAsync(seconds, stop, caller => factory.GetGrain<IDriverGrain>(caller).Drive(Grains, caller));
    }

    private static async Task<Measured> MeasureAsync(double seconds, CancellationTokenSource stop, Func<int, Task<long>> drive)
    {
        var meter = Meter.Start();
        var drivers = Enumerable.Range(0, Callers).Select(drive).ToArray();
        stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        var calls = (await Task.WhenAll(drivers)).Sum();
        return meter.Stop(calls);
    }

    private static async Task<Measured> EventsAsync(double seconds)
    {
        var meter = Meter.Start();
        var before = Interlocked.Read(ref TallyGrain.Total);
        Volatile.Write(ref EventSource.IsOpen, true);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        Volatile.Write(ref EventSource.IsOpen, false);
        return meter.Stop(Interlocked.Read(ref TallyGrain.Total) - before);
    }

    private static async Task<Measured> ColdAsync(IGrainFactory factory)
    {
        var first = Next;
        Next += Cold;
        var meter = Meter.Start();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; i < Cold; i += Callers)
                await factory.GetGrain<IPingGrain>(first + i).Ping(i);
        })));
        return meter.Stop(Cold);
    }

    private static async Task<double> IdleAsync(IGrainFactory factory)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ColdAsync(factory);
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Cold;
    }

    private static async Task<Measured[]> RepeatAsync(int runs, Func<Task<Measured>> measure)
    {
        var results = new Measured[runs];
        for (var i = 0; i < runs; i++)
            results[i] = await measure();
        return results;
    }

    private static void Report(string what, Measured[] runs)
    {
        var sorted = runs.OrderBy(run => run.Rate).ToArray();
        var median = sorted[sorted.Length / 2];
        var cost = median.Bytes > 0 ? $"  {median.Bytes,6:F0} B each, {median.PerCore,10:N0} a second of one core" : "";
        Console.WriteLine($"{what,-40} {median.Rate,12:N0}  ({sorted[0].Rate:N0} to {sorted[^1].Rate:N0}){cost}");
    }

    private readonly record struct Measured(double Rate, double Bytes, double PerCore);

    // The rate by the processor's time too, for machines that have other things to do.
    private sealed record Meter(Stopwatch Watch, TimeSpan Cpu, long Bytes)
    {
        public static Meter Start() => new(Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));

        public Measured Stop(long count) => new(
            count / Watch.Elapsed.TotalSeconds,
            (GC.GetTotalAllocatedBytes(precise: true) - Bytes) / (double)count,
            count / (Environment.CpuUsage.TotalTime - Cpu).TotalSeconds);
    }
}
