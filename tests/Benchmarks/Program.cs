using StyleShare.Benchmarks.Engine;
using StyleShare.Benchmarks.Http;
using StyleShare.Benchmarks.Jobs;
using StyleShare.Benchmarks.Photos;
using StyleShare.Benchmarks.Points;
using StyleShare.Benchmarks.Silos;
using StyleShare.Benchmarks.Storage;
using StyleShare.Benchmarks.Streams;

// One benchmark a name; each prints what it measured. tests/Benchmarks/run gives them what they need.
switch (args)
{
    case ["engine", .. var rest]:
        await EngineBenchmark.RunAsync(rest);
        return 0;
    case ["crosssilo", .. var rest]:
        await CrossSiloBenchmark.RunAsync(rest);
        return 0;
    case ["http", .. var rest]:
        await HttpBenchmark.RunAsync(rest);
        return 0;
    case ["jobs", .. var rest]:
        await JobBenchmark.RunAsync(rest);
        return 0;
    case ["expiry", .. var rest]:
        await ExpiryBenchmark.RunAsync(rest);
        return 0;
    case ["ledger", .. var rest]:
        await LedgerBenchmark.RunAsync(rest);
        return 0;
    case ["photos", .. var rest]:
        await PhotoBenchmark.RunAsync(rest);
        return 0;
    case ["points", .. var rest]:
        await PointsBenchmark.RunAsync(rest);
        return 0;
    case ["silos", .. var rest]:
        await SilosBenchmark.RunAsync(rest);
        return 0;
    case ["storage", .. var rest]:
        await StorageBenchmark.RunAsync(rest);
        return 0;
    case ["streams", .. var rest]:
        await StreamBenchmark.RunAsync(rest);
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: tests/Benchmarks/run [engine [runs] [seconds] | crosssilo [runs] [seconds] | http [rounds] [seconds] | storage [callers] [seconds] [lanes] | " +
            "jobs [jobs] [callers] | streams [events] [seconds] | ledger [lines] [seconds] [callers] | expiry [accounts] [lots] [rate] | points [rounds] [seconds] | photos [rounds] [seconds] | silos [rounds] [seconds]]");
        return 64;
}
