using Npgsql;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>Whom a person wants nothing to do with (block), or to hear nothing of (mute). Its key is the person's id.</summary>
public interface IAvoidanceGrain : IGrainWithGuidKey
{
    /// <summary>Blocks a person: neither follows the other from here on, nor is told of what the other does. Idempotent.</summary>
    /// <exception cref="Refusal"><c>cannot_block_self</c>, <c>user_not_found</c>.</exception>
    Task Block(Guid other);

    /// <summary>Blocks a person no longer; idempotent. Follows that the block ended do not come back.</summary>
    Task Unblock(Guid other);

    /// <summary>Mutes a person, who does not learn of it: nothing of what they do is told. Idempotent.</summary>
    /// <exception cref="Refusal"><c>cannot_mute_self</c>, <c>user_not_found</c>.</exception>
    Task Mute(Guid other);

    /// <summary>Mutes a person no longer; idempotent.</summary>
    Task Unmute(Guid other);

    /// <summary>Forgets whom a person avoided who is gone, and who blocked them. Idempotent; only the eraser calls it.</summary>
    Task Erase();
}

/// <summary>Changes whom a person avoids, one change at a time; the rows are all there is.</summary>
internal sealed class AvoidanceGrain(ICommitter committer, TimeProvider clock) : Grain, IAvoidanceGrain
{
    public async Task Block(Guid other)
    {
        await Existing(other, PeopleErrors.CannotBlockSelf);
        await Commit(AvoidanceTable.AddBlock, other);

        // The block comes first, so that a follow cannot slip in behind; it refuses new ones from here on.
        await GrainFactory.GetGrain<IFollowingGrain>(this.GetPrimaryKey()).Unfollow(other);
        await GrainFactory.GetGrain<IFollowingGrain>(other).Unfollow(this.GetPrimaryKey());
    }

    public Task Unblock(Guid other) => Commit(AvoidanceTable.DropBlock, other);

    public async Task Mute(Guid other)
    {
        await Existing(other, PeopleErrors.CannotMuteSelf);
        await Commit(AvoidanceTable.AddMute, other);
    }

    public Task Unmute(Guid other) => Commit(AvoidanceTable.DropMute, other);

    public Task Erase()
    {
        var change = new Change();
        change.Add(AvoidanceTable.EraseBlocks, this.GetPrimaryKey());
        change.Add(AvoidanceTable.EraseMutes, this.GetPrimaryKey());
        return committer.Commit(change);
    }

    private async Task Existing(Guid other, Func<Refusal> self)
    {
        if (other == this.GetPrimaryKey())
            throw self();
        if (await GrainFactory.GetGrain<IUserGrain>(other).Summary() is null)
            throw PeopleErrors.UserNotFound();
    }

    private Task Commit(Statement<Avoided> statement, Guid other)
    {
        var change = new Change();
        change.Add(statement, new(this.GetPrimaryKey(), other, clock.Now()));
        return committer.Commit(change);
    }
}

/// <summary>One person avoids another.</summary>
internal readonly record struct Avoided(Guid By, Guid Whom, DateTimeOffset At);

/// <summary>The tables of blocks and mutes.</summary>
internal static class AvoidanceTable
{
    public static readonly Statement<Avoided> AddBlock = new(
        "blocks_add",
        """
        INSERT INTO blocks (blocker_id, blocked_id, created_at) SELECT by_id, whom_id, at FROM rows ON CONFLICT DO NOTHING
        """,
        Expect.Any,
        Column.Uuid<Avoided>("by_id", row => row.By),
        Column.Uuid<Avoided>("whom_id", row => row.Whom),
        Column.Timestamptz<Avoided>("at", row => row.At));

    public static readonly Statement<Avoided> DropBlock = new(
        "blocks_drop",
        "DELETE FROM blocks USING rows WHERE blocks.blocker_id = rows.by_id AND blocks.blocked_id = rows.whom_id",
        Expect.Any,
        Column.Uuid<Avoided>("by_id", row => row.By),
        Column.Uuid<Avoided>("whom_id", row => row.Whom));

    public static readonly Statement<Avoided> AddMute = new(
        "mutes_add",
        """
        INSERT INTO mutes (muter_id, muted_id, created_at) SELECT by_id, whom_id, at FROM rows ON CONFLICT DO NOTHING
        """,
        Expect.Any,
        Column.Uuid<Avoided>("by_id", row => row.By),
        Column.Uuid<Avoided>("whom_id", row => row.Whom),
        Column.Timestamptz<Avoided>("at", row => row.At));

    public static readonly Statement<Avoided> DropMute = new(
        "mutes_drop",
        "DELETE FROM mutes USING rows WHERE mutes.muter_id = rows.by_id AND mutes.muted_id = rows.whom_id",
        Expect.Any,
        Column.Uuid<Avoided>("by_id", row => row.By),
        Column.Uuid<Avoided>("whom_id", row => row.Whom));

    // Of one who is gone. Who muted them is nothing of theirs, and tells of nobody any more.
    public static readonly Statement<Guid> EraseBlocks = new(
        "blocks_erase",
        "DELETE FROM blocks USING rows WHERE blocks.blocker_id = rows.id OR blocks.blocked_id = rows.id",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));

    public static readonly Statement<Guid> EraseMutes = new(
        "mutes_erase",
        "DELETE FROM mutes USING rows WHERE mutes.muter_id = rows.id",
        Expect.Any,
        Column.Uuid<Guid>("id", id => id));
}

/// <summary>Reads who avoids whom.</summary>
internal sealed class AvoidanceStore(NpgsqlDataSource database)
{
    /// <summary>Whether one of the two blocks the other.</summary>
    public async Task<bool> IsBlocked(Guid one, Guid other)
    {
        await using var command = database.CreateCommand(
            """
            SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = $2)
                OR EXISTS (SELECT FROM blocks WHERE blocker_id = $2 AND blocked_id = $1)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = one });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = other });
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
