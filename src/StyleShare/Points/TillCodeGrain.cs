namespace StyleShare.Points;

/// <summary>One code, as long as it lasts.</summary>
/// <remarks>What whoever guesses makes up is left to the collector: ended at once, it would send those on who wait behind.</remarks>
[CollectionAgeLimit(Minutes = 2)]
internal sealed class TillCodeGrain(TimeProvider time) : Grain, ITillCodeGrain
{
    private TillCodeMeaning? _meaning;
    private DateTimeOffset _until;

    public Task<bool> Keep(TillCodeMeaning meaning, TimeSpan lasts)
    {
        if (IsKept)
            return Task.FromResult(false);
        _meaning = meaning;
        _until = time.GetUtcNow() + lasts;
        // Asked for or not, it stays as long as it lasts.
        DelayDeactivation(lasts);
        return Task.FromResult(true);
    }

    public Task<TillCodeMeaning?> Look() => Task.FromResult(Meaning);

    public Task<TillCodeMeaning?> Take()
    {
        var meaning = Meaning;
        _meaning = null;
        return Task.FromResult(meaning);
    }

    private bool IsKept => _meaning is not null && time.GetUtcNow() < _until;

    private TillCodeMeaning? Meaning => IsKept ? _meaning : null;
}

/// <summary>The code of one hold.</summary>
internal sealed class HoldCodeGrain(TillCodes codes) : Grain, IHoldCodeGrain
{
    private string? _code;

    public async Task<string> Current(TillCodeMeaning meaning, TimeSpan lasts)
    {
        // It may be gone with a silo that this grain was not on.
        if (_code is { } code && await GrainFactory.GetGrain<ITillCodeGrain>(code).Look() is not null)
            return code;
        return await Renew(meaning, lasts);
    }

    public async Task<string> Renew(TillCodeMeaning meaning, TimeSpan lasts)
    {
        if (_code is { } before)
            await GrainFactory.GetGrain<ITillCodeGrain>(before).Take();
        _code = await codes.Make(meaning, lasts);
        DelayDeactivation(lasts);
        return _code;
    }
}
