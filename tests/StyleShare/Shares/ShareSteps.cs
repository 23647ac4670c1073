using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.People;
using StyleShare.Points;
using StyleShare.Posts;
using StyleShare.Shares;
using StyleShare.Testing;
using StyleShare.Tests.Accounts;

namespace StyleShare.Tests.Shares;

/// <summary>A silo on a database of its own, and the steps that tests of shares have in common.</summary>
public sealed class ShareSteps : IAsyncLifetime
{
    public TestDatabase Database { get; } = new();

    public StyleShareCluster Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        Silo = await StyleShareCluster.StartAsync(Database, [new("StyleShare:Jobs:Enabled", "false")]);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Database.DisposeAsync();
    }

    public Sharing Sharing => Silo.Services.GetRequiredService<Sharing>();

    public ShareCodes Codes => Silo.Services.GetRequiredService<ShareCodes>();

    public ReferralChain Chain => Silo.Services.GetRequiredService<ReferralChain>();

    public IShareGrain Share(string code, StyleShareCluster? silo = null) => (silo ?? Silo).Grains.GetGrain<IShareGrain>(code);

    public IReferralGrain Referral(Guid merchant, Guid user, StyleShareCluster? silo = null) =>
        (silo ?? Silo).Grains.GetGrain<IReferralGrain>(MemberKeys.Of(merchant, user));

    /// <summary>Somebody with an account.</summary>
    public Task<Guid> Somebody() => Silo.Somebody();

    /// <summary>Somebody's new post.</summary>
    public async Task<Guid> Publish(Guid author)
    {
        var person = await Silo.Grains.GetGrain<IUserGrain>(author).Summary();
        var id = Silo.Services.GetRequiredService<Ids>().Next();
        await Silo.Grains.GetGrain<IPostGrain>(id).Publish(new(person!, "A coat", [], [], null));
        return id;
    }

    /// <summary>The person's account is closed, though nothing of theirs was erased yet.</summary>
    public Task Close(Guid person) => Silo.Grains.GetGrain<IAccountGrain>(person).Erase();

    public Task<long> Count(string what) => Database.ScalarAsync<long>($"SELECT count(*) FROM {what}");
}
