using System.Collections.Immutable;

namespace StyleShare.People;

/// <summary>Whom a person follows, and the rules for it.</summary>
/// <remarks>A sorted array: 16 bytes each, looked up by halving, and handed to readers as it is. Changes are rare.</remarks>
/// <param name="People">Everybody whom the person follows, sorted by id.</param>
public sealed record FollowSet(ImmutableArray<Guid> People)
{
    /// <summary>Nobody is followed.</summary>
    public static readonly FollowSet Empty = new([]);

    /// <summary>The set of these people, in whatever order.</summary>
    public static FollowSet Of(IEnumerable<Guid> people) => new([.. people.Order()]);

    /// <summary>Whether this one is followed.</summary>
    public bool Contains(Guid other) => People.BinarySearch(other) >= 0;

    /// <summary>Whether there is anything to do for a person to follow the target.</summary>
    /// <exception cref="Refusal"><c>cannot_follow_self</c>, <c>too_many_followed</c>.</exception>
    public bool MustFollow(Guid self, Guid target, int limit)
    {
        if (self == target)
            throw PeopleErrors.CannotFollowSelf();
        if (Contains(target))
            return false;
        return People.Length < limit ? true : throw PeopleErrors.TooManyFollowed(limit);
    }

    /// <summary>The target is followed.</summary>
    public FollowSet Add(Guid target)
    {
        var at = People.BinarySearch(target);
        return at >= 0 ? this : new(People.Insert(~at, target));
    }

    /// <summary>The target is followed no longer.</summary>
    public FollowSet Remove(Guid target)
    {
        var at = People.BinarySearch(target);
        return at < 0 ? this : new(People.RemoveAt(at));
    }
}
