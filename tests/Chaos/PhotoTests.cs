using System.Globalization;
using System.Runtime.InteropServices;

namespace StyleShare.Chaos.Tests;

/// <summary>Photos while silos and workers are killed, storage is away, and everybody uploads at once.</summary>
public sealed class PhotoTests : IAsyncLifetime
{
    private static readonly string[] Fast = ["--StyleShare:Accounts:PasswordIterations", "1", "--StyleShare:Objects:Folder:Sync", "false"];
    private readonly TestDatabase _database = new();
    private readonly Clients _clients = new();

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _clients.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_photo_becomes_ready_once_though_the_silo_that_renders_it_is_killed()
    {
        const int photos = 24;
        using var idle = await SiloProcess.Start(_database.ConnectionString, [.. Fast, "--StyleShare:Jobs:Enabled", "false"]);
        var mina = await _clients.SignUp(idle.Address, "mina");

        // Every picture twice: what is shared must be counted right, too.
        var ids = new List<string>();
        for (var i = 0; i < photos; i++)
            ids.Add(await mina.Client.Upload(DrawnPicture.Png(2_400, 1_800, seed: i / 2), idle.Address));
        using var first = await SiloProcess.Start(_database.ConnectionString, Fast);
        await Until(async () => await Ready() > 0);
        await first.Kill();
        var before = await Ready();
        Assert.True(before < photos, "The silo was killed too late to prove anything.");

        using var second = await SiloProcess.Start(_database.ConnectionString, Fast);
        var done = await Task.WhenAll(ids.Select(id => mina.Client.Final(id, second.Address)));
        Assert.All(done, photo => Assert.Equal("ready", photo["state"]!.GetValue<string>()));
        Assert.Equal(photos / 2, await _database.ScalarAsync<long>("SELECT count(*) FROM pictures WHERE uses = 2 AND rendered_at IS NOT NULL"));
        Assert.Equal(photos / 2, await _database.ScalarAsync<long>("SELECT count(*) FROM pictures"));
        await Eventually.Is(0L, () => _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'render-photo'"));
        Assert.Equal(photos / 2 * 8, Stored("public"));
        Assert.Equal(0, Stored("uploads"));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task A_photo_is_rendered_again_when_its_worker_is_killed_in_the_middle()
    {
        using var silo = await SiloProcess.Start(_database.ConnectionString, [.. Fast, "--StyleShare:Imaging:Workers", "1"]);
        var mina = await _clients.SignUp(silo.Address, "mina");
        var photo = await mina.Client.Upload(DrawnPicture.Png(64, 48), silo.Address);
        await mina.Client.Final(photo, silo.Address);
        var worker = Assert.Single(WorkersOf(silo.Id));

        // It is linked to its picture right before it is rendered, which takes the worker a while. Should that be over before this
        // test has seen it, another one is uploaded.
        for (var number = 1L; ; number++)
        {
            photo = await mina.Client.Upload(DrawnPicture.Png(5_000, 4_000, seed: (int)number), silo.Address);
            await Until(async () => await _database.ScalarAsync<long>("SELECT count(*) FROM photos WHERE content IS NOT NULL") > number);
            if (await Ready() == number)
                break;
        }

        Assert.Equal(0, Kill(worker, 9));
        Assert.Equal("ready", (await mina.Client.Final(photo, silo.Address))["state"]!.GetValue<string>());
        Assert.DoesNotContain(worker, WorkersOf(silo.Id));
        Assert.Equal(8 * await Ready(), Stored("public"));
    }

    [Fact]
    public async Task Photos_wait_while_the_object_store_is_away_and_are_done_when_it_is_back()
    {
        using var idle = await SiloProcess.Start(_database.ConnectionString, [.. Fast, "--StyleShare:Jobs:Enabled", "false"]);
        var mina = await _clients.SignUp(idle.Address, "mina");
        var photo = await mina.Client.Upload(DrawnPicture.Png(64, 48), idle.Address);
        var uploads = Path.Combine(_database.ObjectFolder, "uploads");
        Directory.Move(uploads, uploads + ".away");
        await File.WriteAllTextAsync(uploads, "not a folder", TestContext.Current.CancellationToken);

        using var silo = await SiloProcess.Start(_database.ConnectionString, Fast);
        await Eventually.Is(1L, () => _database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE kind = 'render-photo' AND errors IS NOT NULL"));
        var status = await mina.Client.Get(new Uri(silo.Address, "/v1/photos/" + photo).ToString());
        Assert.Equal("processing", status.Json["state"]!.GetValue<string>());

        File.Delete(uploads);
        Directory.Move(uploads + ".away", uploads);
        Assert.Equal("ready", (await mina.Client.Final(photo, silo.Address))["state"]!.GetValue<string>());
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task Five_hundred_uploads_at_once_are_all_done_in_bounded_memory()
    {
        const int uploads = 500;
        const int people = 10;
        const long ofSilo = 600L * 1024 * 1024;
        const long ofWorker = 250L * 1024 * 1024;
        using var silo = await SiloProcess.Start(_database.ConnectionString, Fast);
        var crowd = await _clients.SignUpMany(silo.Address, "person", people);
        var ids = await Task.WhenAll(Enumerable.Range(0, uploads).Select(async number =>
        {
            var client = crowd[number % people].Client;
            return (client, await client.Upload(DrawnPicture.Png(64, 48, seed: number), silo.Address));
        }));

        var workers = 0L;
        await Until(async () =>
        {
            workers = Math.Max(workers, WorkersOf(silo.Id).Select(PeakOf).DefaultIfEmpty().Max());
            return await Ready() == uploads;
        });
        var peak = PeakOf(silo.Id);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"silo {peak / 1_048_576} MB, the largest worker {workers / 1_048_576} MB"));
        Assert.InRange(peak, 1, ofSilo);
        Assert.InRange(workers, 1, ofWorker);
        Assert.All(
            await Task.WhenAll(ids.Take(20).Select(async id => await id.client.Final(id.Item2, silo.Address))),
            photo => Assert.Equal("ready", photo["state"]!.GetValue<string>()));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    private Task<long> Ready() => _database.ScalarAsync<long>("SELECT count(*) FROM photos WHERE state = 2");

    private int Stored(string folder)
    {
        var path = Path.Combine(_database.ObjectFolder, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Count() : 0;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Clients.Patience);
        while (!await holds())
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
    }

    // Children of the silo that were started as workers (proc(5)).
    private static IEnumerable<int> WorkersOf(int silo)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (Read(folder, "status").Contains($"\nPPid:\t{silo}\n", StringComparison.Ordinal)
                && Read(folder, "cmdline").Contains("image-worker", StringComparison.Ordinal))
                yield return id;
        }
    }

    // The most that was in memory at once, in bytes.
    private static long PeakOf(int process) => Read($"/proc/{process}", "status").Split('\n')
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => 1024 * long.Parse(line["VmHWM:".Length..^" kB".Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture))
        .SingleOrDefault();

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);
}
