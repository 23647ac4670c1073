using StyleShare.Storage;

namespace StyleShare.Points;

/// <summary>Forgets what a person wrote about points, for the erasure of their account. May be done again.</summary>
/// <remarks>The ledger stays: it knows people by their ids, which nothing leads from to a person any more.</remarks>
public sealed class PointsErasure(ICommitter committer)
{
    /// <summary>Forgets it.</summary>
    public async Task Erase(Guid user)
    {
        var change = new Change();
        change.Add(MemberTable.EraseNotes, user);
        await committer.Commit(change);
    }
}
