using FsCheck;
using FsCheck.Fluent;
using StyleShare.People;

namespace StyleShare.Tests.People;

public sealed class FollowSetTests
{
    private static readonly Guid Mina = Guid.NewGuid();
    private static readonly Guid Juno = Guid.NewGuid();

    [Fact]
    public void Nobody_follows_themselves() => Assert.Equal(
        "cannot_follow_self", Assert.Throws<Refusal>(() => FollowSet.Empty.MustFollow(Mina, Mina, 10)).Code);

    [Fact]
    public void Who_is_followed_already_needs_nothing_even_at_the_limit()
    {
        var full = FollowSet.Of([Juno]);
        Assert.False(full.MustFollow(Mina, Juno, limit: 1));
        Assert.Equal(
            "too_many_followed", Assert.Throws<Refusal>(() => full.MustFollow(Mina, Guid.NewGuid(), limit: 1)).Code);
        Assert.True(full.MustFollow(Mina, Guid.NewGuid(), limit: 2));
    }

    [Fact]
    public void It_is_a_set() => Prop.ForAll(ArbMap.Default.ArbFor<(bool Add, byte Who)[]>(), steps =>
    {
        var model = new SortedSet<Guid>();
        var set = FollowSet.Empty;
        foreach (var (add, who) in steps ?? [])
        {
            var id = new Guid(who % 16, 0, 0, new byte[8]);
            _ = add ? model.Add(id) : model.Remove(id);
            set = add ? set.Add(id) : set.Remove(id);
            if (set.Contains(id) != add)
                return false;
        }

        return model.SequenceEqual(set.People) && FollowSet.Of(model.Reverse()).People.SequenceEqual(set.People);
    }).QuickCheckThrowOnFailure();
}
