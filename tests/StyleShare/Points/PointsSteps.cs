using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StyleShare.Points;
using StyleShare.Requests;
using StyleShare.Shops;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

/// <summary>A silo on a database of its own, and the steps that tests of members' accounts share.</summary>
public sealed class PointsSteps : IAsyncLifetime
{
    // A test sets the clock of a silo; it is not to be corrected behind its back.
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal)
    {
        ["StyleShare:Points:ClockSampleEvery"] = "1.00:00:00",
    };

    private readonly Ids _ids = new(TimeProvider.System);

    public TestDatabase Database { get; } = new();

    public StyleShareCluster Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Silo = await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Another silo on the database, which does not know of the first.</summary>
    public Task<StyleShareCluster> Start(params KeyValuePair<string, string?>[] settings) =>
        StyleShareCluster.StartAsync(Database, Settings.Concat(settings));

    /// <summary>Another silo, whose clock is off from the start.</summary>
    public Task<StyleShareCluster> StartWithClock(TimeProvider clock, params KeyValuePair<string, string?>[] settings) =>
        StyleShareCluster.StartAsync(Database, Settings.Concat(settings), services => services.AddSingleton(clock));

    /// <summary>Waits until it is past a time by the database's clock, which is the one that counts.</summary>
    public Task Past(DateTimeOffset time) => Until(() => Database.ScalarAsync<bool>(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SELECT clock_timestamp() > '{time:O}'")));

    public Guid NewId() => _ids.Next();

    /// <summary>A new shop's id.</summary>
    public async Task<Guid> OpenShop(long minRedeem = 1)
    {
        var id = NewId();
        var program = PointsProgram.Earning(500) with { MinRedeem = minRedeem };
        await Silo.Grains.GetGrain<IMerchantGrain>(id).Open(new(await AddPerson(), "Oat", "KRW", program, null));
        return id;
    }

    /// <summary>Puts a person into the database, as signing up does.</summary>
    public async Task<Guid> AddPerson()
    {
        var id = NewId();
        await using var command = Database.Source.CreateCommand(
            "INSERT INTO users VALUES ($1, $2, $3, 'Mina', '', NULL, 'ko', 0, now(), NULL, 1)");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue("u" + id.ToString("n")[3..]);
        command.Parameters.AddWithValue(id.ToString("n") + "@example.com");
        await command.ExecuteNonQueryAsync();
        return id;
    }

    /// <summary>The account of a new person at a new shop, with points in it.</summary>
    public async Task<Member> Member(long points = 0, DateTimeOffset? until = null, long minRedeem = 1)
    {
        var member = new Member(this, await OpenShop(minRedeem), await AddPerson());
        if (points > 0)
            await member.Earn(points, until);
        return member;
    }

    /// <summary>Everything that audit views find.</summary>
    public async Task<IReadOnlyList<AuditProblem>> Audit() => (await Silo.Services.GetRequiredService<LedgerAudit>().Run()).Problems;

    /// <summary>An idempotency key that nobody used.</summary>
    public static RequestKey NewKey() => new(Guid.NewGuid().ToString("n"), [1, 2, 3]);

    /// <summary>Sees to it that it is refused with a code.</summary>
    public static async Task Refused(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<Refusal>(act)).Code);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task Until(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await holds())
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException("It did not come to hold.");
    }
}

/// <summary>A person's account at a shop.</summary>
public sealed record Member(PointsSteps Steps, Guid Shop, Guid User)
{
    public LedgerAccount Account => LedgerAccount.Member(Shop, User);

    public IMemberAccountGrain Grain => On(Steps.Silo);

    public IMemberAccountGrain On(StyleShareCluster silo) => silo.Grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(Shop, User));

    /// <summary>Gives points as a purchase does, and tells the account unless told otherwise.</summary>
    public async Task Earn(long points, DateTimeOffset? until = null, StyleShareCluster? silo = null, bool tell = true)
    {
        var change = new Change();
        change.Post(new(
            Steps.NewId(), Shop, "till 1", TimeProvider.System.Now(),
            [
                new(LedgerAccount.Issued(Shop), EntryKind.Earn, -points),
                new(Account, EntryKind.Earn, points, [new(until, points)]),
            ]));
        await (silo ?? Steps.Silo).Services.GetRequiredService<ICommitter>().Commit(change);
        if (tell)
            await On(silo ?? Steps.Silo).Refresh();
    }

    /// <summary>What the ledger says of it.</summary>
    public async Task<List<string>> Lines()
    {
        await using var command = Steps.Database.Source.CreateCommand(
            "SELECT kind || ' ' || points || ' = ' || balance_after FROM ledger_lines WHERE account_id = $1 ORDER BY seq");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Account.Id });
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }

    public async Task<string> HoldState(Guid hold) =>
        await Steps.Database.ScalarAsync<string>($"SELECT state FROM point_holds WHERE id = '{hold}'");
}
