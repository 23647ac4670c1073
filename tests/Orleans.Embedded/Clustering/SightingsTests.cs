using Orleans.Configuration;
using Orleans.Embedded;
using static EngineTests.Clustering.Members;

namespace EngineTests.Clustering;

public sealed class SightingsTests
{
    private readonly ManualTime _time = new();
    private readonly Sightings _seen;

    public SightingsTests() => _seen = new Sightings(_time, new ClusterMembershipOptions());

    [Fact]
    public void An_entry_is_old_when_it_was_seen_not_to_change_for_fifteen_seconds()
    {
        _seen.See(View(Member(0)));
        _time.Run(TimeSpan.FromSeconds(15));
        Assert.False(_seen.IsOld(Member(0)));
        _time.Run(TimeSpan.FromSeconds(1));
        Assert.True(_seen.IsOld(Member(0)));
        _seen.See(View(Member(0) with { IAmAliveTime = Start.AddSeconds(5) }));
        Assert.False(_seen.IsOld(Member(0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void What_another_silos_clock_says_does_not_matter(int hours)
    {
        var entry = Member(0) with { IAmAliveTime = Start.AddHours(hours) };
        _seen.See(View(entry));
        Assert.False(_seen.IsOld(entry));
        Assert.Equal(hours < 0, _seen.LooksOld(entry));
    }

    [Fact]
    public void A_vote_counts_for_two_minutes_from_when_it_was_first_seen_whatever_time_it_bears()
    {
        var vote = new Suspicion(Address(1), Start.AddHours(-1));
        var view = View(Member(0, SiloStatus.Active, 1, vote));
        Assert.True(_seen.Counts(Address(0), vote));
        _seen.See(view);
        _time.Run(TimeSpan.FromSeconds(119));
        _seen.See(view);
        Assert.True(_seen.Counts(Address(0), vote));
        _time.Run(TimeSpan.FromSeconds(1));
        Assert.False(_seen.Counts(Address(0), vote));
    }
}

public sealed class SuspicionTextTests
{
    [Fact]
    public void Suspicions_come_back_as_they_were_written()
    {
        System.Collections.Immutable.ImmutableArray<Suspicion> votes =
        [
            new(Address(1, 501_000_000), Start.AddMilliseconds(123)),
            new(SiloAddress.FromParsableString("[fe80::1]:11111@7"), Start.AddDays(1)),
        ];
        var text = SuspicionText.Write(votes);
        Assert.Equal("127.0.0.1:5001@501000000,2026-03-01 12:00:00.123 GMT|[fe80::1]:11111@7,2026-03-02 12:00:00.000 GMT", text);
        Assert.Equal(votes, SuspicionText.Read(text).ToArray());
        Assert.All(SuspicionText.Read(text), vote => Assert.Equal(DateTimeKind.Utc, vote.At.Kind));
    }

    [Fact]
    public void None_is_null()
    {
        Assert.Null(SuspicionText.Write([]));
        Assert.Empty(SuspicionText.Read(null));
        Assert.Empty(SuspicionText.Read(""));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("127.0.0.1:1@2")]
    [InlineData("127.0.0.1:1@2,yesterday")]
    [InlineData("127.0.0.1:1@2,2026-03-01 12:00:00.123 GMT|")]
    public void What_is_not_of_that_form_is_refused(string text) => Assert.Throws<FormatException>(() => SuspicionText.Read(text));
}

public sealed class MemoryMembershipStoreTests
{
    [Fact]
    public async Task A_change_needs_the_version_that_was_read()
    {
        var store = new MemoryMembershipStore();
        Assert.True(await store.Insert(Member(0), 0, default));
        Assert.False(await store.Insert(Member(1), 0, default));
        Assert.False(await store.Insert(Member(0), 1, default));
        Assert.False(await store.Update(Member(1), 1, default));
        Assert.True(await store.Update(Member(0, SiloStatus.Dead), 1, default));
        var view = await store.Read(default);
        Assert.Equal(2, view.Version);
        Assert.Equal(SiloStatus.Dead, view.StatusOf(Address(0)));
    }

    [Fact]
    public async Task That_a_silo_lives_changes_no_version()
    {
        var store = new MemoryMembershipStore();
        await store.Insert(Member(0), 0, default);
        await store.UpdateIAmAlive(Address(0), Start.AddHours(1), default);
        await store.UpdateIAmAlive(Address(1), Start.AddHours(1), default);
        var view = await store.Read(default);
        Assert.Equal(1, view.Version);
        Assert.Equal(Start.AddHours(1), Assert.Single(view.Members).IAmAliveTime);
    }

    [Fact]
    public async Task Old_entries_go_but_not_those_of_active_silos()
    {
        var store = new MemoryMembershipStore();
        await store.Insert(Member(0), 0, default);
        await store.Insert(Member(1, SiloStatus.Dead), 1, default);
        await store.Insert(Member(2, SiloStatus.Dead) with { IAmAliveTime = Start.AddDays(1) }, 2, default);
        await store.Cleanup(Start.AddHours(1), default);
        Assert.Equal([Address(0), Address(2)], (await store.Read(default)).Members.Select(member => member.Address));
    }
}
