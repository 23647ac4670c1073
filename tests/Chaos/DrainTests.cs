using System.Collections.Concurrent;

namespace StyleShare.Chaos.Tests;

/// <summary>Silos go one after the other while clients call them.</summary>
public sealed class DrainTests
{
    private const string OperatorKey = "a key of operators in tests";
    private const int Fans = 8;
    private const int Posts = 30;

    [Fact]
    public async Task Silos_that_drain_under_load_fail_no_request_and_others_go_on_with_their_work()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var clients = new Clients();
        using var stays = await Start(database, "stays", "00:00:01");
        // This one drains until the balancer has seen it, however slow this machine is.
        using var asked = await Start(database, "asked", "00:10:00");
        using var signalled = await Start(database, "signalled", "00:00:01");
        using var balancer = new Balancer(stays, asked, signalled);

        var author = await clients.SignUp(stays.Address, "author");
        var fans = await clients.SignUpMany(stays.Address, "fan", Fans);
        var posts = new List<Guid>();
        for (var i = 0; i < Posts; i++)
            posts.Add(await Clients.Publish(stays.Address, author, "before they go"));
        SiloProcess[] all = [stays, asked, signalled];
        var (middle, gone) = (new Gate(), new Gate());
        var commenting = fans.Select((fan, number) => Task.Run(async () =>
        {
            var turn = number;
            for (var i = 0; i < Posts; i++)
            {
                // However fast it goes, something is left to do in each part of the test.
                if (i == Posts / 3)
                    await middle.Opened;
                if (i == Posts * 2 / 3)
                    await gone.Opened;
                // A retry goes to another silo, as a client's or a balancer's does.
                await clients.Comment(() => all[Interlocked.Increment(ref turn) % all.Length].Address, fan, posts[i], "lovely");
            }
        })).ToArray();
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(() => balancer.Read(author, posts))).ToArray();
        await balancer.Reads(100);

        middle.Open();
        var drained = await clients.Anonymous(OperatorKey).Send(
            HttpMethod.Post, new Uri(stays.Address, "/ops/v1/silos/asked/drain").ToString(), content: null);
        Assert.Equal(202, drained.Status);
        await balancer.Left(asked);
        asked.Terminate();
        Assert.Equal(0, await asked.Ended());

        // The other one stops by itself, when its time is over. What keeps to it until then comes back to another one.
        balancer.Avoid(signalled);
        await balancer.Left(signalled);
        signalled.Terminate();
        Assert.Equal(0, await signalled.Ended());
        gone.Open();
        await balancer.Reads(100);
        balancer.End();
        await Task.WhenAll(reading);
        await Task.WhenAll(commenting);

        Assert.Empty(balancer.Failures);
        Assert.Equal(Fans * Posts, clients.Acknowledged.Count);
        await Lines.AreThere(database.ScalarAsync<long>, Fans * Posts);
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM silos"));
        await Eventually.Is(1L, () => database.ScalarAsync<long>("SELECT count(DISTINCT owner) FROM stream_leases WHERE until > now()"));
        await Eventually.Is(0L, () => database.ScalarAsync<long>("SELECT count(*) FROM jobs WHERE due_at <= now()"));
    }

    private static Task<SiloProcess> Start(TestDatabase database, string name, string drainFor) => SiloProcess.Start(
        database.ConnectionString, "--StyleShare:Operators:Key", OperatorKey, "--StyleShare:Silo:Name", name,
        "--StyleShare:Silo:DrainFor", drainFor, "--StyleShare:Accounts:PasswordIterations", "1");

    /// <summary>Holds a part of a test back.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Opened => _opened.Task.WaitAsync(Clients.Patience);

        public void Open() => _opened.TrySetResult();
    }

    /// <summary>Sends to silos that are ready, as a load balancer does, and never twice: what fails is a failure.</summary>
    private sealed class Balancer : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Clients.Patience };
        private readonly ConcurrentDictionary<SiloProcess, int> _underWay = new();
        private readonly ConcurrentDictionary<SiloProcess, bool> _ready = new();
        private readonly CancellationTokenSource _ending = new();
        private readonly Lock _lock = new();
        private readonly Task _looking;
        private int _reads;

        public Balancer(params SiloProcess[] silos)
        {
            foreach (var silo in silos)
                _ready[silo] = true;
            _looking = Task.Run(() => Look(silos));
        }

        public ConcurrentQueue<string> Failures { get; } = new();

        /// <summary>Reads posts until the end.</summary>
        public async Task Read(Someone reader, IReadOnlyList<Guid> posts)
        {
            while (!_ending.IsCancellationRequested)
            {
                var silo = Enter();
                var path = $"/v1/posts/{posts[Random.Shared.Next(posts.Count)]}";
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Address, path));
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + reader.Client.Token);
                    using var answer = await _http.SendAsync(request);
                    if (!answer.IsSuccessStatusCode)
                        Failures.Enqueue($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    Failures.Enqueue($"{path}: {e.Message}");
                }

                Interlocked.Increment(ref _reads);
                lock (_lock)
                    _underWay[silo]--;
            }
        }

        /// <summary>Waits until there were so many more.</summary>
        public async Task Reads(int more)
        {
            var wanted = Volatile.Read(ref _reads) + more;
            using var limit = new CancellationTokenSource(Clients.Patience);
            while (Volatile.Read(ref _reads) < wanted)
                await Task.Delay(5, limit.Token);
        }

        /// <summary>Waits until it has seen that a silo is not ready, and nothing that it sent there is under way.</summary>
        public async Task Left(SiloProcess silo)
        {
            using var limit = new CancellationTokenSource(Clients.Patience);
            while (_ready[silo] || UnderWay(silo) > 0)
                await Task.Delay(5, limit.Token);
        }

        /// <summary>Sends nothing there any more.</summary>
        public void Avoid(SiloProcess silo) => _ready[silo] = false;

        public void End() => _ending.Cancel();

        public void Dispose()
        {
            _ending.Cancel();
            _looking.GetAwaiter().GetResult();
            _http.Dispose();
            _ending.Dispose();
        }

        private SiloProcess Enter()
        {
            lock (_lock)
            {
                var ready = _ready.Where(silo => silo.Value).Select(silo => silo.Key).ToArray();
                var silo = ready[Random.Shared.Next(ready.Length)];
                _underWay.AddOrUpdate(silo, 1, (_, count) => count + 1);
                return silo;
            }
        }

        private int UnderWay(SiloProcess silo)
        {
            lock (_lock)
                return _underWay.GetValueOrDefault(silo);
        }

        private async Task<bool> IsReady(SiloProcess silo)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(silo.Address, "/health/ready"));
                return answer.IsSuccessStatusCode && _ready[silo];
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        // What is not ready once does not come back in this test.
        private async Task Look(SiloProcess[] silos)
        {
            while (!_ending.IsCancellationRequested)
            {
                foreach (var silo in silos.Where(silo => _ready[silo]))
                {
                    _ready[silo] = await IsReady(silo);
                }

                await Task.Delay(50, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
