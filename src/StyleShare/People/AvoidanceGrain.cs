using Microsoft.Extensions.Options;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>Changes whom a person avoids, one change at a time, and knows it while the person is around.</summary>
internal sealed class AvoidanceGrain(
    AvoidanceStore store, ICommitter committer, TimeProvider clock, IOptions<PeopleOptions> options) : Grain, IAvoidanceGrain
{
    private AvoidedPeople? _people;
    private Task<AvoidedPeople>? _reading;

    public Task<Avoidance> Of(Guid other) => _people?.Of(other) ?? OfOnceKnown(other);

    public async Task Block(Guid other)
    {
        await MayAvoid(other, PeopleErrors.CannotBlockSelf);
        await Commit(AvoidanceTable.AddBlock, other);
        await GrainFactory.GetGrain<IAvoidanceGrain>(other).Refresh();

        // The block comes first, so that a follow cannot slip in behind; it refuses new ones from here on.
        await GrainFactory.GetGrain<IFollowingGrain>(this.GetPrimaryKey()).Unfollow(other);
        await GrainFactory.GetGrain<IFollowingGrain>(other).Unfollow(this.GetPrimaryKey());
    }

    public async Task Unblock(Guid other)
    {
        await Commit(AvoidanceTable.DropBlock, other);
        await GrainFactory.GetGrain<IAvoidanceGrain>(other).Refresh();
    }

    public async Task Mute(Guid other)
    {
        await MayAvoid(other, PeopleErrors.CannotMuteSelf);
        await Commit(AvoidanceTable.AddMute, other);
    }

    public Task Unmute(Guid other) => Commit(AvoidanceTable.DropMute, other);

    public Task Refresh()
    {
        (_people, _reading) = (null, null);
        return Task.CompletedTask;
    }

    public async Task Erase()
    {
        var change = new Change();
        change.Add(AvoidanceTable.EraseBlocks, this.GetPrimaryKey());
        change.Add(AvoidanceTable.EraseMutes, this.GetPrimaryKey());
        await committer.Commit(change);
        await Refresh();
    }

    private async Task<Avoidance> OfOnceKnown(Guid other) => await (await Read()).Of(other);

    private async Task<AvoidedPeople> Read()
    {
        var reading = _reading ??= store.Of(this.GetPrimaryKey());
        try
        {
            var people = await reading;

            // What was read before a refresh is of before.
            if (ReferenceEquals(reading, _reading))
                _people = people;
            return people;
        }
        finally
        {
            if (ReferenceEquals(reading, _reading))
                _reading = null;
        }
    }

    private async Task MayAvoid(Guid other, Func<Refusal> self)
    {
        if (other == this.GetPrimaryKey())
            throw self();
        if (await GrainFactory.GetGrain<IUserGrain>(other).Summary() is null)
            throw PeopleErrors.UserNotFound();
        if ((_people ?? await Read()).Chosen >= options.Value.MaxAvoided)
            throw PeopleErrors.TooManyAvoided(options.Value.MaxAvoided);
    }

    private async Task Commit(Statement<Avoided> statement, Guid other)
    {
        var change = new Change();
        change.Add(statement, new(this.GetPrimaryKey(), other, clock.Now()));
        try
        {
            await committer.Commit(change);
        }
        finally
        {
            await Refresh();
        }
    }
}
