using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Shops;

/// <summary>A shop: the only writer of its row. Reentrant: every purchase asks it, and none waits for an edit.</summary>
[Reentrant]
internal sealed class MerchantGrain : Grain, IMerchantGrain
{
    private static readonly Task<MerchantTerms?> NoTerms = Task.FromResult<MerchantTerms?>(null);

    private readonly MerchantStore _store;
    private readonly Ids _ids;
    private readonly TimeProvider _clock;
    private readonly ShopOptions _options;
    private readonly CommittedState<Merchant, MerchantFact> _state;

    // Made once for each committed state.
    private Merchant? _shown;
    private Task<MerchantTerms?> _terms = NoTerms;

    public MerchantGrain(MerchantStore store, ICommitter committer, Ids ids, TimeProvider clock, IOptions<ShopOptions> options)
    {
        (_store, _ids, _clock, _options) = (store, ids, clock, options.Value);
        _state = new(committer, MerchantTable.State, static (_, _) => { }, _ => DeactivateOnIdle());
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (merchant, version) = await _store.Load(this.GetPrimaryKey(), cancellationToken);
        _state.Load(merchant, version);
    }

    public async Task<OpenedMerchant> Open(OpenMerchant command)
    {
        var now = _clock.Now();
        var key = ApiKey.New(this.GetPrimaryKey(), _ids.Next());
        var opened = Merchant.Open(
            _state.Working, this.GetPrimaryKey(), command.Owner, command.Name, command.Currency, command.Program, key, now);
        var answer = new OpenedMerchant(ViewOf(opened.Next, version: 1, now), key.Encode());
        await _state.Commit(opened, command.Request, answer, ShopJson.Default.OpenedMerchant);
        return answer;
    }

    public Task<MerchantView?> Get(Guid caller)
    {
        ForgetIfNone();
        return Task.FromResult(_state.Committed is { } merchant && merchant.OwnerId == caller
            ? ViewOf(merchant, _state.CommittedVersion, _clock.Now())
            : null);
    }

    public async Task<MerchantView> Edit(EditMerchant command)
    {
        ForgetIfNone();
        var merchant = Merchant.Own(_state.Working, command.Caller);

        // An edit that is being committed will have made the version that the caller names an old one.
        if (command.IfVersion is { } seen && (seen != _state.CommittedVersion || !ReferenceEquals(merchant, _state.Committed)))
            throw ShopErrors.Stale();
        await _state.Commit(merchant.Edit(command.Name, command.Program, _clock.Now()));
        return ViewOf(_state.Committed!, _state.CommittedVersion, _clock.Now());
    }

    public async Task<AddedKey> AddKey(Guid caller, RequestKey? request)
    {
        ForgetIfNone();
        var now = _clock.Now();
        var key = ApiKey.New(this.GetPrimaryKey(), _ids.Next());
        var decision = Merchant.Own(_state.Working, caller).AddKey(key, now, _options.KeyOverlap, _options.MaxKeys);
        var answer = new AddedKey(new ApiKeyView(key.KeyId, now, EndsAt: null), key.Encode());
        await _state.Commit(decision, request, answer, ShopJson.Default.AddedKey);
        return answer;
    }

    public Task RevokeKey(Guid caller, Guid key)
    {
        ForgetIfNone();
        return _state.Commit(Merchant.Own(_state.Working, caller).RevokeKey(key, _clock.Now()));
    }

    public Task<MerchantTerms?> Terms()
    {
        if (!ReferenceEquals(_shown, _state.Committed) || _shown is null)
            ShowTerms();
        return _terms;
    }

    public Task<bool> Verify(Guid key, ImmutableArray<byte> secretHash)
    {
        ForgetIfNone();
        return Task.FromResult(_state.Committed is { } merchant && merchant.Admits(key, secretHash.AsSpan(), _clock.GetUtcNow()));
    }

    private void ShowTerms()
    {
        ForgetIfNone();
        _shown = _state.Committed;
        _terms = _shown is { } merchant
            ? Task.FromResult<MerchantTerms?>(new(merchant.Id, merchant.OwnerId, merchant.Name, merchant.Currency, merchant.Program))
            : NoTerms;
    }

    private static MerchantView ViewOf(Merchant merchant, long version, DateTimeOffset now) => new(
        merchant.Id,
        merchant.OwnerId,
        merchant.Name,
        merchant.Currency,
        merchant.Program,
        [.. merchant.Good(now).Select(key => new ApiKeyView(key.Id, key.CreatedAt, key.EndsAt))],
        merchant.CreatedAt,
        merchant.EditedAt,
        version);

    // Ids of shops that do not exist are made up by whoever guesses; they are not to be kept in memory.
    private void ForgetIfNone()
    {
        if (_state.Working is null)
            DeactivateOnIdle();
    }
}
