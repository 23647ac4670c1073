using Microsoft.Extensions.Options;
using StyleShare.Points;
using StyleShare.Storage;

namespace StyleShare.Shares;

/// <summary>Remembers through whom a person first came to a shop. One change at a time; who asks does not wait for it.</summary>
internal sealed class ReferralGrain(
    ShareStore store, ICommitter committer, TimeProvider clock, IOptions<ShareOptions> options) : Grain, IReferralGrain
{
    private static readonly Task<Guid?> Nobody = Task.FromResult<Guid?>(null);

    private FirstTouch? _touch;
    private long _version;
    private Task<Guid?> _through = Nobody;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (merchant, user) = MemberKeys.Parse(this.GetPrimaryKeyString());
        if (await store.FirstTouch(merchant, user, cancellationToken) is var (touch, version))
            Become(touch, version);
    }

    public Task<Guid?> CameThrough() => _touch?.Holds(clock.Now(), options.Value.TouchFor) == true ? _through : Nobody;

    public async Task<bool> Touch(Guid through, Guid share)
    {
        var (merchant, user) = MemberKeys.Parse(this.GetPrimaryKeyString());
        var touch = new FirstTouch(merchant, user, through, share, clock.Now());
        if (!touch.Replaces(_touch, options.Value.TouchFor))
            return false;
        await Commit(change => ReferralTable.Put(change, new(touch, _version)));
        Become(touch, _version + 1);
        return true;
    }

    public async Task Forget()
    {
        if (_touch is { } touch)
            await Commit(change => ReferralTable.Drop(change, new(touch, _version)));
        Become(null, 0);
        DeactivateOnIdle();
    }

    private void Become(FirstTouch? touch, long version)
    {
        (_touch, _version) = (touch, version);
        _through = touch is null ? Nobody : Task.FromResult<Guid?>(touch.ThroughId);
    }

    // Another activation may have been faster, or the outcome may not be known: the next one reads what is there.
    private async Task Commit(Action<Change> write)
    {
        var change = new Change();
        write(change);
        try
        {
            await committer.Commit(change);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
