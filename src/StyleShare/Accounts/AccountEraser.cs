using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Documents;
using StyleShare.Jobs;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Points;
using StyleShare.Posts;
using StyleShare.Shares;
using StyleShare.Shares.Connections;

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
    NotificationErasure notifications,
    PointsErasure points,
    ShareErasure shares,
    PhotoErasure photos,
    DocumentErasure documents,
    IOptions<AccountOptions> options,
    ILogger<AccountEraser> log) : IJobHandler<EraseAccount>
{
    /// <summary>
    /// Erasing somebody may not be given up: with these limits it is tried for a day before operators have to look. One who
    /// did a lot takes minutes, and a try goes on where the last one came to.
    /// </summary>
    public static readonly JobKind<EraseAccount> Kind = new("erase-account", AccountJson.Default.EraseAccount)
    {
        Tries = 30,
        TimeLimit = TimeSpan.FromHours(1),
        MaxBackoff = TimeSpan.FromHours(1),
        Concurrency = 1,
    };

    private readonly AccountOptions _options = options.Value;

    public Task Run(JobContext context, EraseAccount payload, CancellationToken cancellation) => Erase(payload.UserId, cancellation);

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
        await grains.GetGrain<IAvoidanceGrain>(user).Erase();
        await notifications.Erase(user);
        await grains.GetGrain<IConnectionsGrain>(user).Erase();
        await points.Erase(user);
        await Each(n => shares.SharesBy(user, n), code => grains.GetGrain<IShareGrain>(code).End(), ct);
        await Each(n => shares.TouchesOf(user, n), key => grains.GetGrain<IReferralGrain>(key).Forget(), ct);
        await Each(n => documents.DocumentsOf(user, n), document => grains.GetGrain<IDocumentGrain>(document).Remove(), ct);

        if (await store.Names(user, ct) is { } names)
        {
            // Released first: once the names are scrubbed nobody knows what to release.
            await grains.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(names.Handle)).Release(user);
            await grains.GetGrain<IClaimGrain>(ClaimKeys.ForEmail(names.Email)).Release(user);
            await grains.GetGrain<IUserGrain>(user).Scrub();
        }

        // Behind the person's own row: until that is scrubbed, one of them may be their avatar.
        await Each(n => photos.PhotosOf(user, n), photo => grains.GetGrain<IPhotoGrain>(photo).Remove(), ct);
        await store.DeleteSessions(user, ct);
        await grains.GetGrain<IAccountGrain>(user).FinishErase();
        AccountLog.Erased(log, user);
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

/// <summary>What the job that erases somebody comes with.</summary>
public sealed record EraseAccount(Guid UserId);
