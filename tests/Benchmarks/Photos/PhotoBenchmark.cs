using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StyleShare.Benchmarks.Http;
using StyleShare.Imaging;
using StyleShare.Imaging.Workers;

namespace StyleShare.Benchmarks.Photos;

/// <summary>
/// Eight renditions of a photo of 12 megapixels: by worker processes, by libvips' command line, and by Pillow.
/// </summary>
/// <remarks><c>photos [rounds] [seconds]</c>; the environment is that of <see cref="HttpBenchmark"/>.</remarks>
internal sealed class PhotoBenchmark(string photo, int seconds)
{
    private readonly byte[] _file = File.ReadAllBytes(photo);
    private readonly Series _worker = new(), _cpu = new(), _inProcess = new(), _outside = new(), _two = new(), _memory = new();
    private readonly Series _vips = new(), _vipsWork = new(), _toVipsWork = new(), _pillow = new(), _pillowSame = new(), _toVips = new(), _toPillow = new(), _toPillowSame = new();

    public static async Task RunAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("styleshare-bench-").FullName;
        try
        {
            var photo = Path.Combine(folder, "photo.jpg");
            await File.WriteAllBytesAsync(photo, TestPhoto.Make());
            var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
            var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
            var benchmark = new PhotoBenchmark(photo, seconds);
            for (var round = 1; round <= rounds; round++)
            {
                Console.Error.WriteLine($"round {round} of {rounds}");
                await benchmark.Round();
            }

            benchmark.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Round()
    {
        var effort = new ImagingOptions().WebpEffort.ToString(CultureInfo.InvariantCulture);
        var time = seconds.ToString(CultureInfo.InvariantCulture);
        var (worker, fastest) = await OneWorker();
        var (inProcess, managed) = InProcess();
        _worker.Add(worker * 1000);
        _inProcess.Add(inProcess * 1000);
        // What the process boundary costs, and what is computed here and not by libvips; of the fastest photos, which nothing
        // else on the machine delayed.
        _outside.Add((fastest - inProcess + managed) / fastest * 100);
        var command = await Seconds("bash", Path.Combine(AppContext.BaseDirectory, "Photos", "vips.sh"), photo, time, effort);
        var (vips, work) = (command[0], command[0] - command[1]);
        _vips.Add(vips * 1000);
        _toVips.Add(worker / vips);
        _vipsWork.Add(work * 1000);
        _toVipsWork.Add(worker / work);
        // 4 is what Pillow does unless it is told otherwise.
        var pillow = await Pillow("4");
        _pillow.Add(1 / pillow);
        _toPillow.Add(pillow / worker);
        var same = await Pillow(effort);
        _pillowSame.Add(1 / same);
        _toPillowSame.Add(same / worker);
        _two.Add(await TwoWorkers());
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"a worker {worker * 1000:0} ms, vips {vips * 1000:0} ms, Pillow {pillow * 1000:0} ms ({same * 1000:0} ms)"));

        async Task<double> Pillow(string method) =>
            (await Seconds("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Photos", "pillow.py"), photo, time, method))[0];
    }

    private async Task<(double Seconds, double Fastest)> OneWorker()
    {
        using var workers = Workers(1);
        await Repeat(workers, TimeSpan.FromSeconds(1));
        var process = Process.GetProcessById(workers.Processes[0]);
        var cpu = process.TotalProcessorTime;
        var (photos, elapsed, fastest) = await Repeat(workers, TimeSpan.FromSeconds(seconds));
        process.Refresh();
        _cpu.Add((process.TotalProcessorTime - cpu).TotalMilliseconds / photos);
        _memory.Add(process.PeakWorkingSet64 / 1048576.0);
        return (elapsed.TotalSeconds / photos, fastest.TotalSeconds);
    }

    private async Task<double> TwoWorkers()
    {
        using var workers = Workers(2);
        await Task.WhenAll(Repeat(workers, TimeSpan.FromSeconds(1)), Repeat(workers, TimeSpan.FromSeconds(1)));
        var watch = Stopwatch.StartNew();
        var both = await Task.WhenAll(Repeat(workers, TimeSpan.FromSeconds(seconds)), Repeat(workers, TimeSpan.FromSeconds(seconds)));
        return both.Sum(one => one.Photos) / watch.Elapsed.TotalSeconds;
    }

    private async Task<(int Photos, TimeSpan Elapsed, TimeSpan Fastest)> Repeat(ImageWorkers workers, TimeSpan time)
    {
        var (photos, fastest, watch) = (0, TimeSpan.MaxValue, Stopwatch.StartNew());
        do
        {
            var start = watch.Elapsed;
            if (await workers.Render(_file) is not RenderResult.Rendered)
                throw new InvalidOperationException("The photo was rejected.");
            photos++;
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, (watch.Elapsed - start).Ticks));
        }
        while (watch.Elapsed < time);
        return (photos, watch.Elapsed, fastest);
    }

    // The fastest in this process, and how much of it is .NET: the placeholder, the main colour, and WebP's container.
    private (double Fastest, double Managed) InProcess()
    {
        var settings = RenderSettings.Of(new ImagingOptions());
        RenderResult result = Renderer.Render(_file.ToArray(), settings);
        var (fastest, watch) = (double.MaxValue, Stopwatch.StartNew());
        while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            var start = Stopwatch.GetTimestamp();
            result = Renderer.Render(_file, settings);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var renditions = ((RenderResult.Rendered)result).Renditions;
        var pixels = new byte[100 * 75 * 4];
        new Random(1).NextBytes(pixels);
        watch.Restart();
        const int times = 20;
        for (var i = 0; i < times; i++)
        {
            ThumbHash.Encode(100, 75, pixels);
            MainColor.Of(pixels);
            foreach (var rendition in renditions.Where(rendition => rendition.ContentType == "image/webp"))
                Webp.WithoutMetadata(rendition.Bytes.Span);
        }

        return (fastest, watch.Elapsed.TotalSeconds / times);
    }

    private void Print()
    {
        Console.WriteLine("| eight renditions of a photo of 12 megapixels | figure | ratio | goal |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine($"| libvips' command line, one core | {_vips.Show("0")} ms | 1 | |");
        Console.WriteLine($"| the same but for the start of its nine programs | {_vipsWork.Show("0")} ms | | |");
        Console.WriteLine($"| a worker process, one core | {_worker.Show("0")} ms, {_cpu.Show("0")} ms of CPU | {_toVips.Show("0.00")} × the command line, {_toVipsWork.Show("0.00")} × but for the starts | ≤ 1.2 |");
        Console.WriteLine($"| Pillow, its own WebP effort, one core | {_pillow.Show("0.0")}/s | {_toPillow.Show("0.00")} × is a worker | ≥ 1.3 |");
        Console.WriteLine($"| Pillow, the worker's WebP effort, one core | {_pillowSame.Show("0.0")}/s | {_toPillowSame.Show("0.00")} × is a worker | |");
        Console.WriteLine($"| two workers | {_two.Show("0.0")} photos/s | | |");
        Console.WriteLine($"| memory of a worker, at its peak | {_memory.Show("0")} MB | | ≤ 150 |");
        Console.WriteLine($"| the fastest without a process | {_inProcess.Show("0")} ms | | |");
        Console.WriteLine($"| time outside libvips | {_outside.Show("0.0")} % | | |");
    }

    private static ImageWorkers Workers(int count)
    {
        var options = new ImagingOptions { Workers = count };
        foreach (var part in (string[])["dotnet", Environment.GetEnvironmentVariable("STYLESHARE_SILO")!, ImageWorker.Argument])
            options.WorkerCommand.Add(part);
        return new ImageWorkers(Options.Create(options), TimeProvider.System, NullLogger<ImageWorkers>.Instance);
    }

    private static async Task<double[]> Seconds(string program, params string[] arguments) =>
        [.. (await Programs.Run(program, arguments)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
