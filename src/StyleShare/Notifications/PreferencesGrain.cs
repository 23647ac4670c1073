using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>What a person wants to be told of: the hot copy that deliveries ask.</summary>
internal sealed class PreferencesGrain(PreferencesStore store, ICommitter committer) : Grain, IPreferencesGrain
{
    private Preferences _state = null!;
    private Task<Preferences> _answer = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        Become(await store.Load(this.GetPrimaryKey(), cancellationToken));

    public Task<Preferences> Get() => _answer;

    public async Task<Preferences> Put(Preferences preferences)
    {
        if (preferences.Problem() is { } problem)
            throw problem;
        if (preferences.Version >= 0 && preferences.Version != _state.Version)
            throw NotificationErrors.StalePreferences();
        var next = preferences with { UserId = this.GetPrimaryKey(), Version = _state.Version + 1 };
        if (_state.Version > 0 && SameAs(next, _state))
            return _state;
        var change = new Change();
        if (_state.Version == 0)
            change.Insert(PreferencesTable.State, next);
        else
            change.Update(PreferencesTable.State, next, _state.Version);
        try
        {
            await committer.Commit(change);
        }
        catch
        {
            // Written or not: the next activation reads which.
            DeactivateOnIdle();
            throw;
        }

        Become(next);
        return next;
    }

    private static bool SameAs(Preferences one, Preferences other) =>
        one.Wishes.AsSpan().SequenceEqual(other.Wishes.AsSpan()) && one.QuietHours == other.QuietHours && one.Digest == other.Digest;

    private void Become(Preferences state)
    {
        _state = state;
        _answer = Task.FromResult(state);
    }
}
