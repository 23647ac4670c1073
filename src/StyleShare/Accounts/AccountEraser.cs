using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.People;
using StyleShare.Posts;

namespace StyleShare.Accounts;

/// <summary>Erases people who asked for it: everything they did goes through the grains that own it, then their names go.</summary>
/// <remarks>
/// What is still to be done is what the tables still show, so it can be killed anywhere and goes on, here or on another silo;
/// two at once are in each other's way without harm, as every step may be done twice.
/// </remarks>
internal sealed class AccountEraser(
    IGrainFactory grains,
    AccountStore store,
    PostErasure posts,
    FollowErasure follows,
    TimeProvider clock,
    IOptions<AccountOptions> options,
    ILogger<AccountEraser> log) : BackgroundService
{
    private const int AccountsAtOnce = 100;

    private readonly AccountOptions _options = options.Value;

    // Bounded, and what does not fit is dropped: the database remembers it, and the poll finds it.
    private readonly Channel<Guid> _asked = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has a person erased soon, whose wish is committed.</summary>
    public void Start(Guid user) => _asked.Writer.TryWrite(user);

    /// <summary>Hides a person from everybody, and ends their sessions.</summary>
    public async Task Hide(Guid user)
    {
        await grains.GetGrain<IUserGrain>(user).Vanish();
        await Each(
            limit => store.UnrevokedSessions(user, limit),
            session => grains.GetGrain<ISessionGrain>(session).Revoke(),
            CancellationToken.None);
    }

    /// <summary>Erases a person who is hidden; returns when nothing of them is left.</summary>
    public async Task Erase(Guid user, CancellationToken ct)
    {
        await Hide(user);
        await Each(n => posts.PostsBy(user, n), post => Post(post).Delete(user), ct);
        await Each(n => posts.CommentsBy(user, n), on => Post(on.Post).DeleteComment(on.Comment, user), ct);
        await Each(n => posts.LikedBy(user, n), post => Post(post).Unlike(user), ct);
        await Each(n => posts.SavedBy(user, n), post => Post(post).Unsave(user), ct);
        await Each(n => follows.FollowedBy(user, n), other => Following(user).Unfollow(other), ct);
        await Each(n => follows.FollowersOf(user, n), other => Following(other).Unfollow(user), ct);

        if (await store.Names(user, ct) is { } names)
        {
            // Released first: once the names are scrubbed nobody knows what to release.
            await grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(names.Handle)).Release(user);
            await grains.GetGrain<IClaimGrain>(ClaimKeys.ForEmail(names.Email)).Release(user);
            await grains.GetGrain<IUserGrain>(user).Scrub();
        }

        await store.DeleteSessions(user, ct);
        await grains.GetGrain<IAccountGrain>(user).FinishErase();
        AccountLog.Erased(log, user);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(EraseAsked(stoppingToken), EraseInterrupted(stoppingToken));

    private async Task EraseAsked(CancellationToken ct)
    {
        try
        {
            await foreach (var user in _asked.Reader.ReadAllAsync(ct))
                await TryErase(user, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // The silo stops, and grains that were on their way to be called refuse; what is left is done after its start.
        }
    }

    private async Task EraseInterrupted(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.ErasePoll, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                await EraseOlderThan(clock.GetUtcNow() - _options.ErasePoll, ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // The silo stops, as above.
        }
    }

    private async Task EraseOlderThan(DateTimeOffset time, CancellationToken ct)
    {
        try
        {
            foreach (var user in await store.ToErase(time, AccountsAtOnce, ct))
                await TryErase(user, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            AccountLog.UpkeepFailed(log, "Looking for accounts to erase", e);
        }
    }

    private async Task TryErase(Guid user, CancellationToken ct)
    {
        try
        {
            await Erase(user, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            AccountLog.EraseInterrupted(log, user, e);
        }
    }

    // A batch at a time until nothing is found. Each batch must be another one, or erasing would never end.
    private async Task Each<T>(Func<int, Task<ImmutableArray<T>>> find, Func<T, Task> erase, CancellationToken ct)
    {
        ImmutableArray<T> before = [];
        while (await find(_options.EraseBatch) is { Length: > 0 } batch)
        {
            ct.ThrowIfCancellationRequested();
            if (batch.SequenceEqual(before))
                throw new InvalidOperationException($"{batch.Length} rows are still there after they were erased.");
            await Task.WhenAll(batch.Select(item => UnlessGone(erase(item))));
            before = batch;
        }
    }

    // Somebody else may have erased it: another silo's eraser, or the owner of the post that a comment was on.
    private static async Task UnlessGone(Task erasing)
    {
        try
        {
            await erasing;
        }
        catch (Refusal e) when (e.Kind == RefusalKind.NotFound)
        {
            // So it is as it should be.
        }
    }

    private IPostGrain Post(Guid post) => grains.GetGrain<IPostGrain>(post);

    private IFollowingGrain Following(Guid user) => grains.GetGrain<IFollowingGrain>(user);
}
