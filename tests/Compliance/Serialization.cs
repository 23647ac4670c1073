using System.Collections.Immutable;
using Orleans.Serialization;

namespace Compliance;

[GenerateSerializer, Immutable]
public sealed record Leaflet(string Title, ImmutableArray<int> Pages)
{
    // Numbers of constructor parameters and of members do not clash.
    [Id(0)]
    public DateTimeOffset At { get; init; }

    [Id(1)]
    public int Copies { get; init; } = 100;

    [Id(2)]
    public Leaflet? Inside { get; init; }
}

[GenerateSerializer, Immutable]
public sealed record NewLeaflet(string Title, ImmutableArray<int> Pages)
{
    [Id(1)]
    public int Copies { get; init; } = 100;
}

/// <summary>Says nothing of how it is written.</summary>
public sealed class Scrap(int value)
{
    public int Value { get; } = value;
}

/// <summary>What crosses from silo to silo, by the serializer that each silo has.</summary>
public sealed class SerializationTests(SharedCluster shared)
{
    private Serializer Serializer => shared.Cluster.GetSiloServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void A_message_comes_back()
    {
        var leaflet = new Leaflet("title", [1, 2]) { At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(9)), Copies = 0, Inside = new Leaflet("inner", []) };
        var again = Again(leaflet);
        Assert.Equal(("title", leaflet.At, leaflet.At.Offset, 0), (again.Title, again.At, again.At.Offset, again.Copies));
        Assert.Equal([1, 2], again.Pages);
        Assert.Equal("inner", again.Inside!.Title);
        Assert.Null(Again<Leaflet?>(null));
    }

    [Fact]
    public void What_an_older_silo_did_not_send_is_as_if_it_was_not_set()
    {
        var bytes = Serializer.SerializeToArray(new NewLeaflet("title", [3]) { Copies = 7 });
        var read = Serializer.Deserialize<Leaflet>(bytes);
        Assert.Equal(("title", 7, default), (read.Title, read.Copies, read.At));
    }

    [Fact]
    public void A_value_of_no_declared_type_comes_back_as_what_it_is()
    {
        foreach (var value in new object[] { 5, "text", Guid.NewGuid(), 1.50m, DateTimeOffset.UnixEpoch, TimeSpan.FromDays(2) })
            Assert.Equal(value, Again<object>(value));
        Assert.Equal("inner", Assert.IsType<Leaflet>(Again<object>(new Leaflet("inner", []))).Title);
    }

    [Fact]
    public void A_failure_comes_back_with_its_type_and_what_it_says()
    {
        var again = Assert.IsType<PaperJamException>(Again<Exception>(new PaperJamException(4)));
        Assert.Equal((4, "jam in tray 4"), (again.Tray, again.Message));
        Assert.Equal("said", Assert.IsType<InvalidOperationException>(Again<Exception>(new InvalidOperationException("said"))).Message);
    }

    [Fact]
    public void What_has_no_serializer_is_refused()
    {
        Assert.Throws<CodecNotFoundException>(() => Serializer.SerializeToArray(new Scrap(1)));
        Assert.True(Serializer.CanSerialize<Leaflet>());
        Assert.False(Serializer.CanSerialize(typeof(Scrap)));
    }

    [Fact]
    public void A_reference_calls_the_same_grain_when_it_comes_back()
    {
        var grain = shared.Cluster.GrainFactory.GetGrain<IFailingGrain>("some key");
        Assert.Equal(grain.GetGrainId(), Again(grain).GetGrainId());
    }

    private T Again<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value));
}
