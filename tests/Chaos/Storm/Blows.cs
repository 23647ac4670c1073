using System.Globalization;
using Npgsql;

namespace StyleShare.Chaos.Tests.Storm;

/// <summary>What can happen to a service, once. Each returns when it is over: what was killed is there again.</summary>
internal sealed class Blows(Service service, Town town, History history, HttpClient http, Random random, TimeSpan longestFreeze)
{
    private static readonly string[] Tables = ["users", "posts", "likes", "comments", "point_accounts", "outbox", "jobs"];

    /// <summary>All of them, by name; with those that are light another one may strike at the same time.</summary>
    public IReadOnlyList<(string Name, bool IsLight, Func<Task> Strike)> All =>
    [
        ("silo killed (kill -9)", false, () => service.Strike(random, KillSilo)),
        ("silo ended (SIGTERM)", false, () => service.Strike(random, number => EndSilo(number, null))),
        ("silo drained by an operator", false, () => service.Strike(random, number => EndSilo(number, AskToDrain))),
        ("silo frozen and thawed", true, () => service.Strike(random, FreezeSilo)),
        ("silo of another cluster on the same database", false, () => service.Strike(random, SplitBrain)),
        ("silo's clock an hour ahead", false, () => service.Strike(random, number => WrongClock(number, "+3600s"))),
        ("silo's clock an hour behind", false, () => service.Strike(random, number => WrongClock(number, "-3600s"))),
        ("all silos down across due times", false, () => service.StrikeAll(AllDown)),
        ("PostgreSQL restarted", false, RestartDatabase),
        ("PostgreSQL killed (kill -9)", false, KillDatabase),
        ("backends killed", true, KillBackends),
        ("pool exhausted (a table locked)", true, () => AsFarAsItIsThere(LockTable)),
        ("pool exhausted (no connection left)", false, () => AsFarAsItIsThere(TakeConnections)),
        ("connections cut", true, CutConnections),
        ("answers of the database lost", true, LoseAnswers),
        ("requests to the database lost", true, LoseRequests),
        ("same request 100 times at once", true, HundredTimes),
        ("nginx reloaded", true, service.ReloadFront),
    ];

    private async Task KillSilo(int number)
    {
        await service.Kill(number);
        await Task.Delay(random.Next(1_000));
        await service.Again(number);
    }

    private async Task EndSilo(int number, Func<string, Task>? ask)
    {
        await service.Terminate(number, ask);
        await service.Again(number);
    }

    // Any silo takes it for any other.
    private Task AskToDrain(string silo) => NewCaller().Want(
        new("drain", silo, ""), Call.Post($"/ops/v1/silos/{silo}/drain", new { }, Service.OperatorKey));

    private async Task FreezeSilo(int number)
    {
        var silo = service.Silo(number);
        if (silo.HasEnded)
            return;
        silo.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(1) + (random.NextDouble() * (longestFreeze - TimeSpan.FromSeconds(1))));
        silo.Thaw();
    }

    // It knows nothing of the others, so that each has activations of its own.
    private async Task SplitBrain(int number)
    {
        await service.Kill(number);
        await service.Again(number, null, "--StyleShare:Cluster:Id", "another");
        await Task.Delay(random.Next(1_000, 3_000));
        await service.Kill(number);
        await service.Again(number);
    }

    private async Task WrongClock(int number, string offset)
    {
        await service.Kill(number);
        await service.Again(number, FakeClock.By(offset));
        await Task.Delay(random.Next(1_000, 3_000));
        await service.Kill(number);
        await service.Again(number);
    }

    // Points that are held meanwhile are free again afterwards: somebody's at the least.
    private async Task AllDown()
    {
        await HoldPoints();
        await Task.WhenAll(Enumerable.Range(0, Service.Silos).Select(service.Kill));
        await Eventually.Is(0L, () => service.Ask<long>("SELECT count(*) FROM point_holds WHERE state = 'held' AND expires_at > now()"));
        await Task.WhenAll(Enumerable.Range(0, Service.Silos).Select(number => service.Again(number)));
    }

    private async Task HoldPoints()
    {
        var guest = new Person(town, NewCaller());
        await guest.SignUp(string.Create(CultureInfo.InvariantCulture, $"passerby{random.Next()}"));
        var shop = town.ShopsThere[0];
        await Shopping.Record(guest.Caller, shop, guest.Id, Guid.NewGuid().ToString("n"), 10_000, null);
        await guest.Caller.Want(
            new("hold", $"{guest.Id} {shop.Id} 7", ""),
            Call.Post($"/v1/me/points/{shop.Id}/redemptions", new { points = 7 }),
            answer => (answer.Text("id"), null));
    }

    private async Task RestartDatabase()
    {
        await service.Database.StopAsync();
        await Task.Delay(random.Next(1_000));
        await service.Database.StartAgainAsync();
    }

    private async Task KillDatabase()
    {
        await service.Database.KillAsync();
        await service.Database.StartAgainAsync();
    }

    private Task KillBackends() => service.Ask<long>(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");

    // What strikes the database at the same time may strike this, too.
    private static async Task AsFarAsItIsThere(Func<Task> strike)
    {
        try
        {
            await strike();
        }
        catch (NpgsqlException)
        {
            // It is over sooner.
        }
    }

    // All connections of the pools come to wait for it.
    private async Task LockTable()
    {
        await using var connection = new NpgsqlConnection(service.Unpooled);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"LOCK TABLE {Tables[random.Next(Tables.Length)]} IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        await Task.Delay(random.Next(500, 3_000));
        await transaction.RollbackAsync();
    }

    // Others have all that the server gives, and the silos lose theirs.
    private async Task TakeConnections()
    {
        var taken = new List<NpgsqlConnection>();
        try
        {
            await TakeAll();
            await using (var command = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE NOT pid = ANY ($1) AND backend_type = 'client backend'", taken[0]))
            {
                command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. taken.Select(connection => connection.ProcessID)] });
                await command.ExecuteNonQueryAsync();
            }

            await TakeAll();
            await Task.Delay(random.Next(500, 2_000));
        }
        finally
        {
            foreach (var connection in taken)
                await connection.DisposeAsync();
        }

        async Task TakeAll()
        {
            while (true)
            {
                var connection = new NpgsqlConnection(service.Unpooled);
                try
                {
                    await connection.OpenAsync();
                    taken.Add(connection);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    await connection.DisposeAsync();
                    return;
                }
            }
        }
    }

    private Task CutConnections()
    {
        foreach (var line in service.Lines)
            line.CutAll();
        return Task.CompletedTask;
    }

    private Task LoseAnswers() => Lose(line => line.LoseNextAnswer());

    private Task LoseRequests() => Lose(line => line.LoseNextRequest());

    private async Task Lose(Func<PostgresProxy, Task> lose)
    {
        for (var time = 0; time < 5; time++)
            await Task.WhenAny(Task.WhenAll(service.Lines.Select(lose)), Task.Delay(TimeSpan.FromSeconds(1)));
    }

    // The same receipt, half of the time under the same key, by all ways.
    private async Task HundredTimes()
    {
        var buyer = town.People[random.Next(town.People.Count)];
        var shop = town.ShopsThere[random.Next(town.ShopsThere.Count)];
        var (reference, key) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString());
        await Task.WhenAll(Enumerable.Range(0, 100).Select(NewCaller).Select((caller, i) =>
            Shopping.Record(caller, shop, buyer.Id, reference, 40_000, null, i % 2 == 0 ? key : null)));
    }

    // Nobody of the town, so that nothing is measured by them.
    private Caller NewCaller(int _ = 0) => new(history, http, new Random(random.Next()), -1);
}

/// <summary>Lets a process believe that it is another time (Debian's package libfaketime).</summary>
internal static class FakeClock
{
    private static readonly Lazy<string> Library = new(() =>
        Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketime.so.1"))
            .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("libfaketime is missing; silo/install-missing libfaketime installs it."));

    /// <summary>The environment of a process whose clock is off.</summary>
    public static Dictionary<string, string> By(string offset) => new(StringComparer.Ordinal)
    {
        ["LD_PRELOAD"] = Library.Value,
        ["FAKETIME"] = offset,
        // Time that passes is measured as ever; with the "fix" .NET would not sleep at all.
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };
}
