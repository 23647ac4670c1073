using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace StyleShare.Api.Tests.Scripts;

/// <summary><c>./run --silos</c> and <c>docker/roll</c>, with real processes and clients that go on.</summary>
public sealed class ManySilosTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_silo_that_is_killed_is_started_again_and_clients_that_retry_get_all_done()
    {
        using var script = new Script();
        var port = Script.FreePort();
        using var running = script.Start("run", "--silos", "3", "--port", Text(port));
        await running.Ready();
        await using (var clients = await Clients.Start(port, retry: true))
        {
            await clients.Go();
            var killed = Pid(script, 2);
            await Kill(killed);
            await Until(async () => Pid(script, 2) is { Length: > 0 } now && now != killed && await IsReady(script, 2), running);
            await clients.Go();
            await clients.End();
        }

        Assert.Contains("silo-2 ended by itself (exit code 137) and is started again", running.Output(), StringComparison.Ordinal);
        await running.Signal("INT");
        Assert.Equal(0, (await running.End()).ExitCode);
        Assert.False(script.PostgresRuns);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://127.0.0.1:{port}/health/ready"));
    }

    [Fact]
    public async Task Silos_are_renewed_one_by_one_and_no_request_fails_and_a_bad_release_stops_at_the_first()
    {
        using var script = new Script();
        var port = Script.FreePort();
        using var running = script.Start("run", "--silos", "2", "--port", Text(port));
        await running.Ready();
        var first = Pids(script);
        var old = Directory.GetDirectories(Path.Combine(script.Folder, ".data/releases")).Single();
        await using (var clients = await Clients.Start(port, retry: false))
        {
            await clients.Go();
            var (exitCode, output) = await script.Run("docker/roll", Release(script, old, "new"));
            Assert.True(exitCode == 0, output + running.Output());
            Assert.Contains("2 silos run from .data/releases/new", output, StringComparison.Ordinal);
            await clients.Go();
            await clients.End();
        }

        var second = Pids(script);
        Assert.Empty(first.Intersect(second, StringComparer.Ordinal));
        Assert.All(second, pid => Assert.Contains(".data/releases/new/", File.ReadAllText($"/proc/{pid}/cmdline"), StringComparison.Ordinal));

        var bad = Release(script, old, "bad");
        await File.WriteAllTextAsync(Path.Combine(script.Folder, bad, "StyleShare.Silo.dll"), "no program");
        var (failed, says) = await script.Run("docker/roll", bad);
        Assert.Equal(1, failed);
        Assert.Contains("silo-1 is not ready from .data/releases/bad; it goes back to .data/releases/new", says, StringComparison.Ordinal);
        Assert.Equal(second[1], Pid(script, 2));
        await Until(() => IsReady(script, 1), running);
        Assert.Contains(".data/releases/new/", await File.ReadAllTextAsync($"/proc/{Pid(script, 1)}/cmdline"), StringComparison.Ordinal);
        await running.Signal("TERM");
        Assert.Equal(0, (await running.End()).ExitCode);
    }

    [Fact]
    public async Task As_many_silos_run_as_the_signal_asks_for()
    {
        using var script = new Script();
        using var running = script.Start("run", "--autoscale", "1..2", "--port", Text(Script.FreePort()));
        await running.Ready();
        Assert.Equal("", Pid(script, 2));
        await Until(async () => await Signal(script, 2) && Pid(script, 2).Length > 0 && await IsReady(script, 2), running);
        await Until(async () => await Signal(script, 1) && running.Output().Contains("silo-2 has ended", StringComparison.Ordinal), running);
        Assert.Contains("the load asks for 2: 1 more", running.Output(), StringComparison.Ordinal);
        Assert.Contains("the load asks for 1: silo-2 is drained", running.Output(), StringComparison.Ordinal);
        await running.Signal("INT");
        Assert.Equal(0, (await running.End()).ExitCode);
    }

    [Fact]
    public async Task Renewing_needs_silos_that_run()
    {
        using var script = new Script();
        var (exitCode, output) = await script.Run("docker/roll");
        Assert.Equal(1, exitCode);
        Assert.Contains("no ./run --silos runs in this folder", output, StringComparison.Ordinal);
    }

    // A release of another name with the same bits.
    private static string Release(Script script, string of, string name)
    {
        var folder = Path.Combine(".data/releases", name);
        var into = Path.Combine(script.Folder, folder);
        foreach (var file in Directory.EnumerateFiles(of, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(into, Path.GetRelativePath(of, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    // The load is a matter of other tests: here the signal is given as silos would.
    private static async Task<bool> Signal(Script script, int wanted)
    {
        await using var database = NpgsqlDataSource.Create($"Host={script.Data}/socket;Username=styleshare;Database=styleshare");
        await using var command = database.CreateCommand("UPDATE scale_signal SET wanted = $1, sampled_at = now(), calm_since = NULL, samples_above = 0");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = wanted });
        return await command.ExecuteNonQueryAsync() == 1;
    }

    private static string Pid(Script script, int slot)
    {
        var file = Path.Combine(script.Folder, $".data/silos/{slot}/pid");
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (FileNotFoundException)
        {
            // It is between two processes.
            return "";
        }
    }

    private static string[] Pids(Script script) => [Pid(script, 1), Pid(script, 2)];

    private static async Task<bool> IsReady(Script script, int slot)
    {
        var address = await File.ReadAllTextAsync(Path.Combine(script.Folder, $".data/silos/{slot}/address"));
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync($"http://{address.Trim()}/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task Kill(string pid)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-s", "KILL", pid]);
        await kill.WaitForExitAsync();
    }

    private static async Task Until(Func<Task<bool>> condition, Script.Running running)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "It did not come to that. " + running.Output());
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Clients that read and post with keys, one request after the other, and write down what went wrong.</summary>
    private sealed class Clients : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentQueue<string> _wrong = new();
        private readonly HttpClient _http;
        private readonly bool _retry;
        private readonly Task _work;
        private int _done;

        private Clients(HttpClient http, bool retry)
        {
            (_http, _retry) = (http, retry);
            _work = Task.WhenAll(Enumerable.Range(0, 3).Select(client => Task.Run(() => Work(client))));
        }

        /// <summary>Signs up and starts.</summary>
        /// <param name="retry">Whether they ask again, with the same key, when they are told that it may help; as good clients do.</param>
        public static async Task<Clients> Start(int port, bool retry)
        {
            var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}"), Timeout = Limit };
            var name = "c" + Guid.NewGuid().ToString("N")[..12];
            using var signedUp = await http.PostAsJsonAsync("/v1/accounts", new
            {
                handle = name,
                email = name + "@example.com",
                password = "a long passphrase",
                displayName = "Mina",
            });
            Assert.Equal(HttpStatusCode.Created, signedUp.StatusCode);
            var token = JsonNode.Parse(await signedUp.Content.ReadAsStringAsync())!["accessToken"]!.GetValue<string>();
            http.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
            return new Clients(http, retry);
        }

        /// <summary>Waits until some more requests were answered.</summary>
        public async Task Go()
        {
            using var limit = new CancellationTokenSource(Limit);
            for (var enough = Volatile.Read(ref _done) + 30; Volatile.Read(ref _done) < enough && _wrong.IsEmpty;)
            {
                Assert.False(limit.IsCancellationRequested, "Nothing is answered any more.");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        /// <summary>Ends them; nothing went wrong.</summary>
        public async Task End()
        {
            await _end.CancelAsync();
            await _work;
            Assert.True(_wrong.IsEmpty, string.Join("\n", _wrong));
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _work;
            _http.Dispose();
            _end.Dispose();
        }

        private async Task Work(int client)
        {
            for (var i = 0; !_end.IsCancellationRequested; i++)
            {
                await Try("feed", () => _http.GetAsync("/v1/feed"));
                await Try("post", () => Post($"{client}-{i}"));
            }
        }

        private async Task<HttpResponseMessage> Post(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/posts");
            request.Headers.Add("Idempotency-Key", key);
            request.Content = JsonContent.Create(new { caption = key, photoIds = Array.Empty<string>() });
            return await _http.SendAsync(request);
        }

        private async Task Try(string what, Func<Task<HttpResponseMessage>> send)
        {
            using var limit = new CancellationTokenSource(Limit);
            var said = await Answer(send);
            while (_retry && said is not null && !limit.IsCancellationRequested)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                said = await Answer(send);
            }

            if (said is not null)
                _wrong.Enqueue($"{what}: {said}");
            Interlocked.Increment(ref _done);
        }

        // Null if all is well.
        private static async Task<string?> Answer(Func<Task<HttpResponseMessage>> send)
        {
            try
            {
                using var answer = await send();
                return answer.IsSuccessStatusCode ? null : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return e.ToString();
            }
        }
    }
}
