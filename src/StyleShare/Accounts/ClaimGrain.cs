using Microsoft.Extensions.Options;
using StyleShare.People;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>A name that only one person may have. That there is one activation of it is what settles a race.</summary>
internal sealed class ClaimGrain(
    [PersistentState("claim", GrainStateStorage.Name)] IPersistentState<Claim> state,
    IOptions<AccountOptions> options,
    TimeProvider clock) : Grain, IClaimGrain
{
    /// <inheritdoc/>
    public async Task<bool> Claim(Guid owner, string attempt)
    {
        var now = clock.Now();
        switch (state.State.Ask(owner, attempt, now, options.Value.ClaimSettled))
        {
            case ClaimAnswer.Taken:
            case ClaimAnswer.YoursUnlessUsed when await IsUsed():
                return false;
        }

        state.State = Accounts.Claim.By(owner, attempt, now);
        await state.WriteStateAsync();
        return true;
    }

    /// <inheritdoc/>
    public async Task Release(Guid owner)
    {
        if (state.State.Owner == owner)
            await state.ClearStateAsync();
        if (state.State.Owner is null)
            DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public Task<Guid?> Owner()
    {
        // Names that nobody has are asked for by whoever guesses; they are not to be kept in memory.
        if (state.State.Owner is null)
            DeactivateOnIdle();
        return Task.FromResult(state.State.Owner);
    }

    private Task<bool> IsUsed() =>
        GrainFactory.GetGrain<IUserGrain>(state.State.Owner!.Value).Uses(this.GetPrimaryKeyString());
}
