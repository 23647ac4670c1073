using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;
using StyleShare.Purchases;
using StyleShare.Requests;
using StyleShare.Shares;
using StyleShare.Shops;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.Purchases;

/// <summary>A silo on a database of its own, and the steps that tests of purchases have in common.</summary>
public sealed class PurchaseSteps : IAsyncLifetime
{
    public static readonly PointsProgram Program =
        PointsProgram.Earning(500) with { SharePoolBps = 200, ShareSplit = [70, 20, 10], ExpiryDays = 365 };

    public TestDatabase Database { get; } = new();

    public StyleShareCluster Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Silo = await StyleShareCluster.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Database.DisposeAsync();
    }

    public static RequestKey NewKey() => new(Guid.NewGuid().ToString("n"), [1, 2, 3]);

    public static RecordPurchase Command(Guid shop, Guid buyer, long amount, string? reference = null) =>
        new(shop, reference ?? Guid.NewGuid().ToString(), buyer, MemberCode: null, amount, [], ShareCode: null, OccurredAt: null, NewKey());

    /// <summary>A new shop's id.</summary>
    public Task<Guid> OpenShop(PointsProgram? program = null) => OpenShop(Silo, program);

    /// <summary>The same, on a silo of a test's own.</summary>
    public static async Task<Guid> OpenShop(StyleShareCluster silo, PointsProgram? program = null)
    {
        var id = silo.Services.GetRequiredService<Ids>().Next();
        await silo.Grains.GetGrain<IMerchantGrain>(id).Open(new(Guid.NewGuid(), "Oat", "KRW", program ?? Program, null));
        return id;
    }

    public Task<Guid> Somebody() => Silo.Somebody();

    /// <summary>Somebody new who came to the shop through another one.</summary>
    public async Task<Guid> Brought(Guid shop, Guid by)
    {
        var person = await Somebody();
        Assert.True(await Silo.Grains.GetGrain<IReferralGrain>(MemberKeys.Of(shop, person)).Touch(by, Guid.NewGuid()));
        return person;
    }

    public Task<RecordedPurchase> Buy(Guid shop, Guid buyer, long amount, StyleShareCluster? silo = null) =>
        Record(Command(shop, buyer, amount), silo);

    public Task<RecordedPurchase> Record(RecordPurchase command, StyleShareCluster? silo = null) => RecordOn(silo ?? Silo, command);

    public static Task<RecordedPurchase> RecordOn(StyleShareCluster silo, RecordPurchase command) => silo.Grains
        .GetGrain<IPurchaseGrain>(PurchaseKeys.Of(command.MerchantId, command.Reference)).Record(command);

    public Task<RefundedPurchase> Refund(PurchaseView purchase, long? amount = null, StyleShareCluster? silo = null) =>
        (silo ?? Silo).Grains.GetGrain<IPurchaseGrain>(purchase.Id).Refund(new(purchase.MerchantId, amount, NewKey()));

    public IMemberAccountGrain Account(Guid shop, Guid user, StyleShareCluster? silo = null) =>
        (silo ?? Silo).Grains.GetGrain<IMemberAccountGrain>(MemberKeys.Of(shop, user));

    public async Task<long> Available(Guid shop, Guid user) => (await Account(shop, user).Balance()).Available;

    public Task<long> Count(string what) => Database.ScalarAsync<long>(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {what}"));

    /// <summary>Everything that audit views find, as their names and subjects.</summary>
    public async Task<string[]> Audit() =>
        [.. (await Silo.Services.GetRequiredService<LedgerAudit>().Run()).Problems.Select(problem => $"{problem.Check} {problem.Subject}: {problem.Detail}")];

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
