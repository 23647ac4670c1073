using StyleShare.Testing;

namespace StyleShare.Tests;

public sealed class IdsTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Ids_are_uuids_of_version_7_with_the_time_in_them()
    {
        _time.Set(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var before = _time.GetUtcNow();
        var id = new Ids(_time).Next();
        Assert.Equal((7, 2), (id.Version, id.Variant >> 2));
        Assert.InRange(Ids.TimeOf(id), before.AddMilliseconds(-1), _time.GetUtcNow());
    }

    [Fact]
    public void Ids_grow_also_when_many_are_made_at_once_and_the_clock_is_set_back()
    {
        var ids = new Ids(_time);
        var made = Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToList();
        _time.Advance(TimeSpan.FromHours(-1));
        made.AddRange(Enumerable.Range(0, 20_000).Select(_ => ids.Next()));
        for (var i = 1; i < made.Count; i++)
            Assert.True(string.CompareOrdinal(made[i - 1].ToString(), made[i].ToString()) < 0);
    }

    [Fact]
    public void Ids_made_by_many_threads_are_all_different()
    {
        var ids = new Ids(_time);
        var made = Enumerable.Range(0, 100_000).AsParallel().Select(_ => ids.Next()).ToHashSet();
        Assert.Equal(100_000, made.Count);
    }
}
