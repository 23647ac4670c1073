using Orleans.Concurrency;
using StyleShare.Storage;

namespace StyleShare.Shares;

/// <summary>A share. Calls interleave, so that a crowd that follows its link is counted in groups.</summary>
[Reentrant]
internal sealed class ShareGrain : Grain, IShareGrain
{
    private static readonly Task<ShareView?> Nothing = Task.FromResult<ShareView?>(null);

    private readonly ShareStore _store;
    private readonly TimeProvider _clock;
    private readonly CommittedState<Share, ShareFact> _state;

    // The answer for readers, made once for each committed state.
    private Share? _shown;
    private Task<ShareView?> _view = Nothing;

    public ShareGrain(ShareStore store, ICommitter committer, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _state = new(committer, ShareTable.Shares, ShareTable.Write, _ => DeactivateOnIdle());
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (share, version) = await _store.Load(this.GetPrimaryKeyString(), cancellationToken);
        _state.Load(share, version);
    }

    public Task<ShareView?> Get()
    {
        ForgetIfNothing();
        if (_state.Committed is not { EndedAt: null } share)
            return Nothing;
        if (!ReferenceEquals(_shown, share))
        {
            _shown = share;
            _view = Task.FromResult<ShareView?>(share.View(_state.CommittedVersion));
        }

        return _view;
    }

    public Task Follow() => Decide(share => share.Follow());

    public Task Sent() => Decide(share => share.Settle(error: null, _clock.Now()));

    public Task Fail(string error) => Decide(share => share.Settle(error, _clock.Now()));

    public Task End() => Decide(share => share.End(_clock.Now()));

    private Task Decide(Func<Share, Decision<Share, ShareFact>> rule)
    {
        ForgetIfNothing();
        return _state.Working is { } share ? _state.Commit(rule(share)) : Task.CompletedTask;
    }

    // Codes that nobody has are tried by whoever guesses; they are not to be kept in memory. Nor would this activation learn of
    // it if the code came to be, for its row is first written by another.
    private void ForgetIfNothing()
    {
        if (_state.Committed is null)
            DeactivateOnIdle();
    }
}
