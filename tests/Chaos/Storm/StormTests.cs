using System.Globalization;
using Npgsql;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>Alone on the machine: it has its own PostgreSQL, nginx and three silos.</summary>
[CollectionDefinition(nameof(StormCollection), DisableParallelization = true)]
public sealed class StormCollection;

/// <summary>
/// Whatever happens to silos, database, connections and clocks while clients go on: what was acknowledged is there once.
/// </summary>
/// <remarks>
/// <c>STYLESHARE_CHAOS_SECONDS</c> says how long (every fault strikes at least once, however long that takes),
/// <c>STYLESHARE_CHAOS_SEED</c> with which random numbers. The report is in <c>.test/chaos</c>; when something is wrong, also
/// the history and what the silos logged. Nothing else runs beside it in its program.
/// </remarks>
[Collection(nameof(StormCollection))]
public sealed class StormTests
{
    private const int People = 16;
    private const int LightOnesTogetherOneIn = 3;

    private static readonly int Seconds = Setting("STYLESHARE_CHAOS_SECONDS", 60);
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromSeconds(Seconds > 300 ? 15 : 4);
    private static readonly string Folder = Path.Combine(Checkout.Folder, ".test", "chaos");

    private readonly int _seed = Setting("STYLESHARE_CHAOS_SEED", Random.Shared.Next(int.MaxValue / 2));
    private readonly History _history = new();

    [Fact]
    public async Task Every_acknowledged_write_is_there_once_and_the_ledger_adds_up_whatever_happens()
    {
        Say($"seed {_seed}");
        Directory.CreateDirectory(Folder);
        await using var service = await Service.Start(_history);
        using var http = service.Client();
        var town = await Town.Found(_history, http, _seed, People);
        using var end = new CancellationTokenSource();
        var crowd = town.People.Select(person => Task.Run(() => person.Go(end.Token))).ToArray();
        await Strike(service, town, http);
        await end.CancelAsync();
        await Task.WhenAll(crowd);

        await Eventually.Is("", () => service.Ask<string>(Evidence.Left));
        await ShowsWhatIsThere(service, town);
        var evidence = await Evidence.Read(service.Unpooled);
        var findings = Checker.Check(_history.Intents, _history.Surprises, evidence);
        var report = Report.Of(_seed, _history, People, evidence, findings);
        Say($"{report}");
        await File.WriteAllTextAsync(Path.Combine(Folder, "report.md"), report);
        if (findings.Count > 0)
        {
            await _history.Dump(Path.Combine(Folder, "history.jsonl"));
            await service.Dump(Folder);
        }

        Assert.True(findings.Count == 0, $"{report}\nHistory and logs are in {Folder}.");
        await WouldHaveBeenFound(service);
    }

    // Each fault once, in any order, and then any.
    private async Task Strike(Service service, Town town, HttpClient http)
    {
        var random = new Random(_seed);
        var end = _history.Now + TimeSpan.FromSeconds(Seconds);
        var number = 0;
        var kinds = Draw();
        var left = Enumerable.Range(0, kinds.All.Count).ToArray();
        random.Shuffle(left);
        var todo = new Queue<int>(left);
        while (todo.Count > 0 || _history.Now < end)
        {
            var blow = todo.TryDequeue(out var next) ? next : random.Next(kinds.All.Count);
            var light = random.Next(LightOnesTogetherOneIn) == 0 ? random.Next(kinds.All.Count) : blow;
            var blows = light != blow && kinds.All[light].IsLight ? new[] { blow, light } : [blow];
            await Task.WhenAll(blows.Select(Hit));
            await AllAreServed(town);
            Say($"{_history.Now.TotalSeconds:F1} s: {string.Join(" and ", blows.Select(kind => kinds.All[kind].Name))}");
        }

        Blows Draw() => new(service, town, _history, http, new Random(_seed + ++number), LongestFreeze);

        async Task Hit(int kind)
        {
            var (name, _, strike) = Draw().All[kind];
            var blow = _history.Strike(name);
            await strike();
            blow.Over = _history.Now;
        }
    }

    // The system is back without a person: everybody gets an answer to what they ask from now on.
    private Task AllAreServed(Town town)
    {
        var now = _history.Now;
        return Eventually.Is(0, () => Task.FromResult(town.People.Count(person => !_history.WasServedSince(person.Caller.Number, now))));
    }

    // What the API shows is what the database has, also where a grain has known another state.
    private async Task ShowsWhatIsThere(Service service, Town town)
    {
        foreach (var person in town.People)
        {
            foreach (var shop in town.ShopsThere)
            {
                var balance = await service.Ask<long>(
                    $"SELECT coalesce(sum(balance), 0)::bigint FROM point_accounts WHERE user_id = '{person.Id}' AND merchant_id = '{shop.Id}'");
                await Eventually.Is(balance, async () =>
                    await person.Caller.Look($"/v1/me/points/{shop.Id}") is { } points ? points.Number("balance") - points.Number("owed") : long.MinValue);
            }
        }

        foreach (var post in town.Posts.Take(50))
        {
            var likes = await service.Ask<long>($"SELECT likes FROM posts WHERE id = '{post}'");
            await Eventually.Is(likes, async () =>
                await town.People[0].Caller.Look($"/v1/posts/{post}") is { } seen ? seen["counts"]!.Number("likes") : long.MinValue);
        }
    }

    // The database is thrown away now; what is taken from it, or put there, is seen.
    private async Task WouldHaveBeenFound(Service service)
    {
        await using var source = NpgsqlDataSource.Create(service.Unpooled);
        var (comment, purchase) = (Told("comment").Id, Told("purchase").Id);
        var like = Told("like").Subject.Split(' ');
        foreach (var (damage, disagreement) in new[]
        {
            ($"INSERT INTO comments SELECT gen_random_uuid(), post_id, author_id, text, created_at, deleted_at FROM comments WHERE id = '{comment}'", Disagreement.Doubled),
            ($"DELETE FROM comments WHERE id = '{Told("comment", skip: 1).Id}'", Disagreement.Lost),
            ($"DELETE FROM likes WHERE post_id = '{like[0]}' AND user_id = '{like[1]}'", Disagreement.Lost),
            ($"UPDATE purchases SET amount = amount + 1 WHERE id = '{purchase}'", Disagreement.Changed),
            ($"UPDATE posts SET likes = likes + 1 WHERE id = (SELECT id FROM posts WHERE id <> '{like[0]}' LIMIT 1)", Disagreement.Contradiction),
        })
        {
            var before = await Found();
            await using var command = source.CreateCommand(damage);
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
            var found = (await Found()).Except(before).ToArray();
            Assert.True(found.Any(finding => finding.Kind == disagreement), $"{damage}: {string.Join('\n', found.AsEnumerable())}");
        }

        // One that nothing else was wanted of.
        Intent Told(string kind, int skip = 0) => _history.Intents.Where(intent => intent.Kind == kind)
            .GroupBy(intent => intent.Subject, StringComparer.Ordinal)
            .Where(subject => subject.Count() == 1 && subject.Single() is { Outcome: Outcome.Acknowledged, Value: not "off" })
            .Select(subject => subject.Single())
            .Where(intent => intent.Id is not { } id || !_history.Intents.Any(other => other.Subject.Contains(id.ToString(), StringComparison.Ordinal)))
            .Skip(skip).First();

        async Task<List<Finding>> Found() =>
            Checker.Check(_history.Intents, _history.Surprises, await Evidence.Read(service.Unpooled));
    }

    private static void Say(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
