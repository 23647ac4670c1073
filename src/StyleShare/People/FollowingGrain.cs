using Microsoft.Extensions.Options;

namespace StyleShare.People;

/// <summary>Whom a person follows. Changes come one at a time, so that this copy and the rows cannot part.</summary>
/// <remarks>
/// Readers do not wait for changes: their calls interleave, and see what is done. The one who is followed is asked also where nothing seems
/// to be left to do: should this be a second activation with an old copy, only that answer is held against what is stored.
/// </remarks>
internal sealed class FollowingGrain(UserStore store, AvoidanceStore avoidance, IOptions<PeopleOptions> options) : Grain, IFollowingGrain
{
    private FollowSet _set = FollowSet.Empty;
    private Guid _version;
    private Task<FollowedPeople>? _all;
    private Task<Guid>? _versionAnswer;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        Become(FollowSet.Of(await store.FollowedBy(this.GetPrimaryKey(), cancellationToken)));

    public async Task Follow(Guid target)
    {
        var isNew = _set.MustFollow(this.GetPrimaryKey(), target, options.Value.MaxFollowed);

        // Who is blocked is not to learn it.
        if (await avoidance.IsBlocked(this.GetPrimaryKey(), target))
            throw PeopleErrors.UserNotFound();
        await Change(GrainFactory.GetGrain<IUserGrain>(target).AddFollower(this.GetPrimaryKey()));
        if (isNew)
            Become(_set.Add(target));
    }

    public async Task Unfollow(Guid target)
    {
        await Change(GrainFactory.GetGrain<IUserGrain>(target).RemoveFollower(this.GetPrimaryKey()));
        if (_set.Contains(target))
            Become(_set.Remove(target));
    }

    public Task<Following> Of(Guid other) => Task.FromResult(new Following(_set.Contains(other), _set.People.Length));

    public Task<Guid> Version() => _versionAnswer ??= Task.FromResult(_version);

    public Task<FollowedPeople> All() => _all ??= Task.FromResult(new FollowedPeople(_version, _set.People));

    private void Become(FollowSet set)
    {
        _set = set;
        _version = Guid.NewGuid();
        _all = null;
        _versionAnswer = null;
    }

    // After anything but a refusal the row may have been written or not; the next activation reads which.
    private async Task Change(Task change)
    {
        try
        {
            await change;
        }
        catch (Exception e) when (e is not Refusal)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
