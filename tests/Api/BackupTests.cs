using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace StyleShare.Api.Tests;

/// <summary>The way of a backup, by the silo's own commands: from a service that is written to, to another one that serves the same.</summary>
public abstract class BackupTests(ApiHost host)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    /// <summary>How a silo finds the objects of the one that was backed up.</summary>
    protected abstract IReadOnlyDictionary<string, string?> Objects { get; }

    [Fact]
    public async Task A_backup_made_while_people_write_is_restored_whole_and_served()
    {
        var person = await host.Somebody("Mina");
        var shop = await host.Shop();
        Assert.Equal(201, (await shop.Buy(new { reference = "4711", userId = person.Id, amount = 59_000 })).Status);
        var photo = await person.Ready(DrawnPicture.Png(64, 48));
        var shown = await person.Client.Post("/v1/posts", new { caption = "with a photo", photoIds = new[] { photo["id"]!.GetValue<string>() } });
        Assert.Equal(201, shown.Status);

        // Others go on all the time; what was acknowledged before the backup began must be in it.
        var acknowledged = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 4).Select(_ => Write(acknowledged, stop.Token)).ToArray();
        while (acknowledged.Count < 50)
            await Task.Delay(10, _ct);
        var before = acknowledged.ToArray();
        var (code, output) = await Command("backup");
        var after = acknowledged.Count;
        await stop.CancelAsync();
        await Task.WhenAll(writing);
        Assert.True(code == 0, output);
        Assert.True(after >= before.Length);
        var name = output.Split(' ')[0];
        Assert.Contains(name, (await Command("backups")).Output, StringComparison.Ordinal);

        var database = $"test_{Guid.NewGuid():n}";
        await host.Database.ExecuteAsync($"CREATE DATABASE {database}");
        try
        {
            var into = new NpgsqlConnectionStringBuilder(host.Database.DirectConnectionString) { Database = database, Pooling = false }.ConnectionString;
            (code, output) = await Command("restore", name, "--into", into);
            Assert.True(code == 0, output);
            Assert.Contains("audit finds nothing", output, StringComparison.Ordinal);
            (code, output) = await Command("restore", "--into", into);
            Assert.Equal(1, code);
            Assert.Contains("not empty", output, StringComparison.Ordinal);
            await Serves(into, person, shop, shown.Json["id"]!.GetValue<string>(), before);
        }
        finally
        {
            await host.Database.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    private async Task Serves(string database, Person person, Shop shop, string shown, string[] posts)
    {
        string[] settings = [.. Objects.SelectMany(setting => new[] { "--" + setting.Key, setting.Value! }), "--StyleShare:Operators:Key", ApiHost.OperatorKey];
        using var silo = await SiloProcess.Start(database, settings);
        using var http = new HttpClient { BaseAddress = silo.Address };
        var client = new ApiClient(http);
        var session = await client.Post("/v1/sessions", new { login = person.Handle, password = Person.Password });
        Assert.True(session.Status == 201, session.ToString());
        client.Token = session.Json["accessToken"]!.GetValue<string>();
        foreach (var id in posts)
            Assert.Equal(200, (await client.Get("/v1/posts/" + id)).Status);
        var post = (await client.Get("/v1/posts/" + shown)).Json;
        Assert.Equal("ready", post["photos"]![0]!["state"]!.GetValue<string>());
        Assert.Equal(2_950, (await client.Get("/v1/me/points/" + shop.Id)).Json["balance"]!.GetValue<long>());

        // And it takes what is new, by the same keys of tills.
        var till = new ApiClient(http) { Token = shop.Till.Token };
        var bought = await till.Post(
            $"/v1/merchants/{shop.Id}/purchases", new { reference = "4712", userId = person.Id, amount = 10_000 }, ("Idempotency-Key", "restored"));
        Assert.True(bought.Status == 201, bought.ToString());
        client.Token = ApiHost.OperatorKey;
        Assert.Empty((await client.Get("/ops/v1/ledger/audit")).Json["problems"]!.AsArray());
    }

    private async Task Write(ConcurrentQueue<string> acknowledged, CancellationToken stop)
    {
        var somebody = await host.Somebody();
        while (!stop.IsCancellationRequested)
            acknowledged.Enqueue(await somebody.Publish());
    }

    private async Task<(int Code, string Output)> Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StyleShare.Silo.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (key, value) in PoolerServer.SettingsOf(host.Database.ConnectionString).Concat(Objects))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(_ct);
        var errors = process.StandardError.ReadToEndAsync(_ct);
        await process.WaitForExitAsync(_ct).WaitAsync(Limit, _ct);
        return (process.ExitCode, await output + await errors);
    }
}

public sealed class FolderBackupTests(ApiHost host) : BackupTests(host), IClassFixture<ApiHost>
{
    protected override IReadOnlyDictionary<string, string?> Objects { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["StyleShare:Objects:Folder:Path"] = host.Database.ObjectFolder };
}

public sealed class S3BackupTests(S3Host host) : BackupTests(host), IClassFixture<S3Host>
{
    protected override IReadOnlyDictionary<string, string?> Objects => host.Bucket;
}
