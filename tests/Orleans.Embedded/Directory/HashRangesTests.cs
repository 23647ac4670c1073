using Orleans.Embedded;

namespace EngineTests.Directory;

public sealed class HashRangesTests
{
    [Fact]
    public void Segments_that_touch_or_overlap_become_one()
    {
        var ranges = HashRanges.Of([(10, 20), (0, 4), (21, 30), (15, 25), (uint.MaxValue, uint.MaxValue)]);
        Assert.Equal([(0u, 4u), (10u, 30u), (uint.MaxValue, uint.MaxValue)], ranges.Segments);
    }

    [Fact]
    public void What_is_left_and_what_is_common_is_what_a_set_of_all_hashes_would_say()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var run = 0; run < 500; run++)
        {
            var (a, b) = (Some(random), Some(random));
            var (left, common) = (a.Except(b), a.Intersect(b));
            for (uint hash = 0; hash < 64; hash++)
            {
                Assert.True(left.Contains(hash) == (a.Contains(hash) && !b.Contains(hash)), $"Seed {seed}, run {run}: {hash} of the rest.");
                Assert.True(common.Contains(hash) == (a.Contains(hash) && b.Contains(hash)), $"Seed {seed}, run {run}: {hash} of both.");
            }
        }

        static HashRanges Some(Random random) => HashRanges.Of(Enumerable.Range(0, random.Next(6)).Select(_ =>
        {
            var first = (uint)random.Next(64);
            return (first, random.Next(8) == 0 ? uint.MaxValue : first + (uint)random.Next(8));
        }));
    }

    [Fact]
    public void All_but_nothing_is_all_and_all_but_all_is_nothing()
    {
        Assert.Equal([(0u, uint.MaxValue)], HashRanges.All.Except(HashRanges.Empty).Segments);
        Assert.True(HashRanges.All.Except(HashRanges.All).IsEmpty);
    }
}

public sealed class DirectoryRingTests
{
    [Fact]
    public void Every_hash_has_one_owner_whose_range_it_is_in()
    {
        var silos = Enumerable.Range(0, 5).Select(i => SiloAddress.New(System.Net.IPAddress.Loopback, 1000 + i, 1)).ToArray();
        var ring = new DirectoryRing(silos);
        var ranges = silos.ToDictionary(static silo => silo, ring.RangesOf);
        var random = new Random(1);
        foreach (var hash in Enumerable.Range(0, 10_000).Select(_ => (uint)random.NextInt64(0, 1L << 32)).Concat([0u, uint.MaxValue]))
            Assert.Equal([ring.OwnerOf(hash)!], silos.Where(silo => ranges[silo].Contains(hash)));
    }

    [Fact]
    public void A_silo_that_comes_takes_its_share_and_moves_nothing_else()
    {
        var silos = Enumerable.Range(0, 4).Select(i => SiloAddress.New(System.Net.IPAddress.Loopback, 1000 + i, 1)).ToArray();
        var (before, after) = (new DirectoryRing(silos[..3]), new DirectoryRing(silos.Reverse()));
        var moved = 0;
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var hash = (uint)random.NextInt64(0, 1L << 32);
            if (before.OwnerOf(hash)!.Equals(after.OwnerOf(hash)))
                continue;
            Assert.Equal(silos[3], after.OwnerOf(hash));
            moved++;
        }

        // A quarter, give or take what the points happen to be.
        Assert.InRange(moved, 2_500, 9_000);
    }

    [Fact]
    public void Without_silos_nobody_owns_anything()
    {
        Assert.Null(new DirectoryRing([]).OwnerOf(7));
        Assert.True(new DirectoryRing([]).RangesOf(SiloAddress.Zero).IsEmpty);
    }
}
