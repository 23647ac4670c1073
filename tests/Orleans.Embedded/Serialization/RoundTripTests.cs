using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using Orleans.Embedded;
using Orleans.Providers.Streams.Common;
using Orleans.Serialization;
using Orleans.Streams;

namespace EngineTests.Serialization;

/// <summary>What is written comes back as it was.</summary>
public sealed class RoundTripTests
{
    private static readonly Everything Full = new(
        true, 1, -2, -3, 4, -5, 6, -7, ulong.MaxValue, '한', -0.0f, double.NaN, 1.00m, "text", Guid.NewGuid(), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local),
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(9)), TimeSpan.FromTicks(-5), new DateOnly(2026, 2, 28), new TimeOnly(23, 59), Colour.Blue,
        Serialization.Direction.Down, 0, false, Guid.Empty, default(DateTimeOffset), ["a", ""], [1, 2], new Point(1, -1));

    private static readonly Everything Bare = new(
        default, default, default, default, default, default, default, default, default, default, default, default, default, default, default, default,
        default, default, default, default, default, default, default, default, default, default, default, default, default);

    [Fact]
    public void Fields_of_all_kinds_come_back()
    {
        foreach (var value in new[] { Full, Bare, Bare with { Words = [], Text = "" } })
        {
            var again = Wire.Again(value);
            Assert.Equal(value with { Words = default, Bytes = default }, again with { Words = default, Bytes = default });
            Assert.Equal(value.Words.IsDefault, again.Words.IsDefault);
            Assert.Equal(value.Bytes.IsDefault, again.Bytes.IsDefault);
            if (!value.Words.IsDefault)
                Assert.Equal(value.Words, again.Words);
            if (!value.Bytes.IsDefault)
                Assert.Equal(value.Bytes, again.Bytes);
            Assert.Equal(value.Time.Kind, again.Time.Kind);
            Assert.Equal(value.At.Offset, again.At.Offset);
            Assert.Equal($"{value.Decimal}", $"{again.Decimal}");
            Assert.Equal(BitConverter.SingleToInt32Bits(value.Float), BitConverter.SingleToInt32Bits(again.Float));
        }
    }

    [Fact]
    public void What_is_not_set_takes_no_room()
    {
        Assert.True(Wire.Write(Bare).Length < 50);
        Assert.True(Wire.Write(new NameCard("abc")).Length == 1 + 1 + 4 + 1);
    }

    [Fact]
    public void Members_are_set_by_constructor_or_afterwards()
    {
        var parcel = new Parcel("outer", 7) { Inside = new Parcel("inner", 0), Place = new Point(3, 4) };
        Assert.Equal(parcel, Wire.Again(parcel));
        Assert.Null(Wire.Again<Parcel?>(null));
        var walled = Wire.Again(Walled.Make("wall"));
        Assert.Equal("wall", walled.Text);
    }

    [Fact]
    public void What_differs_from_its_default_comes_back_even_if_it_is_that_of_its_type()
    {
        var zeros = new Settings(0, null!) { Limit = 0, IsOn = false, Word = null, Needed = 0, List = default };
        var again = Wire.Again(zeros);
        Assert.Equal((0, null, 0, false, null, 0), (again.Tries, again.Name, again.Limit, again.IsOn, again.Word, again.Needed));
        Assert.True(again.List.IsDefault);
        var usual = Wire.Again(new Settings { Needed = 1 });
        Assert.Equal((3, "none", 10, true, "word", 1), (usual.Tries, usual.Name, usual.Limit, usual.IsOn, usual.Word, usual.Needed));
    }

    [Fact]
    public void Objects_of_derived_classes_come_back_as_what_they_are()
    {
        var ring = new Ring(0.5) { Name = "ring", Radius = 2, Internal = 9 };
        ring.Keep(42);
        var box = new Box(new Box(null, 5, null, null), "any", ring, new Circle { Radius = 1 });
        var again = Wire.Again(box);
        Assert.Equal(new Box(null, 5, null, null), again.Thing);
        Assert.Equal("any", again.Any);
        var shape = Assert.IsType<Ring>(again.Shape);
        Assert.Equal(("ring", 2.0, 0.5, 9, 42), (shape.Name, shape.Radius, shape.Hole, shape.Internal, shape.Secret));
        Assert.IsType<Circle>(again.Circle);
        Assert.IsType<Ring>(Wire.Again(new Box(null, null, null, ring)).Circle);
    }

    [Fact]
    public void Generic_messages_come_back()
    {
        var sheet = Wire.Again(new Sheet<Parcel>([new Parcel("a", 1), new Parcel("b", 2)], null));
        Assert.Equal(["a", "b"], sheet.Items.Select(static p => p.Name));
        Assert.Equal([1, 2], Wire.Again(new Sheet<int>([1, 2], 3)).Items);
        Assert.Equal(3, ((Sheet<int>)Wire.Again<object>(new Sheet<int>([1, 2], 3))).Extra);
    }

    public static TheoryData<object> Values =>
    [
        true, (byte)255, (sbyte)-1, (short)-300, (ushort)65_535, -5, 5u, long.MinValue, ulong.MaxValue, 'x', 1.5f, double.MinValue, (Half)0.5, 12.340m,
        Int128.MinValue, UInt128.MaxValue, BigInteger.Pow(-7, 99), "text", "", Guid.NewGuid(), new DateTime(5, DateTimeKind.Utc), DateTimeOffset.MaxValue,
        TimeSpan.MinValue, DateOnly.MaxValue, TimeOnly.MaxValue, new Uri("https://example.com/a?b=c#d"), new Uri("a/b", UriKind.Relative), new Version(1, 2, 3, 4),
        IPAddress.Parse("10.1.2.3"), IPAddress.Parse("fe80::1%3"), IPAddress.Loopback, new IPEndPoint(IPAddress.IPv6Any, 8080), new byte[] { 1, 2 }, new[] { "a", null },
        Array.Empty<int>(), Serialization.Direction.Down, new List<int> { 1, 2 }, (1, "b"), (1, 2, 3, 4, 5, 6, 7, 8, 9), Tuple.Create(1, "b"),
        Tuple.Create(1, 2, 3, 4, 5, 6, 7, "8"), KeyValuePair.Create("a", 1),
        new HashSet<string>(["A"]), ImmutableList.Create(1, 2), ImmutableHashSet.Create("a"), ImmutableSortedSet.Create(2, 1),
        ImmutableDictionary<string, int>.Empty.Add("a", 1), ImmutableSortedDictionary<int, string>.Empty.Add(1, "a"), ImmutableQueue.Create(1, 2),
        ImmutableStack.Create(1, 2), new Dictionary<string, int> { ["a"] = 1 }, new[] { 1, 2, 3 }.ToFrozenSet(), new Dictionary<int, int> { [1] = 2 }.ToFrozenDictionary(),
        GrainId.Create("type", "key"), GrainType.Create("type"), GrainInterfaceType.Create("I"), IdSpan.Create("span"),
        SiloAddress.New(IPAddress.Loopback, 11_111, 7), ActivationId.NewId(), GuidId.GetNewGuidId(), StreamId.Create("ns", "key"), StreamId.Create(null, Guid.NewGuid()),
        new GrainAddress { GrainId = GrainId.Create("a", "b"), ActivationId = ActivationId.NewId(), SiloAddress = SiloAddress.Zero },
        new EventSequenceTokenV2(5, 6), new EventSequenceToken(7, 8), new Point(1, 2), new Parcel("p", 1), ImmutableArray.Create(1, 2), new[] { new[] { 1 } },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_value_comes_back_with_its_type(object value)
    {
        var again = Wire.Again<object?>(value);
        Assert.Equal(value, again);
        // Frozen collections and addresses have classes of their own behind them.
        if (value is not IPAddress && value.GetType().Namespace != "System.Collections.Frozen")
            Assert.Equal(value.GetType(), again!.GetType());
    }

    [Fact]
    public void Values_of_all_structs_come_back_as_default()
    {
        Assert.True(Wire.Again(default(GrainId)).IsDefault);
        Assert.Equal(default, Wire.Again(default(StreamId)));
        Assert.True(Wire.Again(default(ImmutableArray<string>)).IsDefault);
        Assert.False(Wire.Again(ImmutableArray<string>.Empty).IsDefault);
        Assert.Equal((null, 0), Wire.Again(default((string?, int))));
        Assert.Null(Wire.Again<int?>(null));
        Assert.Null(Wire.Again<StreamSequenceToken?>(null));
        Assert.Equal([1, 2], Wire.Again<ReadOnlyMemory<int>>(new[] { 1, 2 }).ToArray());
        Assert.Equal([1, 2], Wire.Again<ReadOnlyMemory<byte>>(new byte[] { 1, 2 }).ToArray());
    }

    [Fact]
    public void Collections_of_texts_go_on_comparing_as_they_did()
    {
        Assert.Contains("a", Wire.Again(ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "A")));
        Assert.DoesNotContain("a", Wire.Again(ImmutableHashSet.Create(StringComparer.Ordinal, "A")));
        Assert.Equal(1, Wire.Again(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["A"] = 1 })["a"]);
        Assert.Equal(["B", "a"], Wire.Again(ImmutableSortedSet.Create(StringComparer.Ordinal, "a", "B")));
        Assert.Throws<SerializerException>(() => Wire.Write(new HashSet<string>(StringComparer.InvariantCultureIgnoreCase)));
    }

    [Fact]
    public void A_token_says_whether_it_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var reader = new WireReader(Wire.Write(source.Token), null);
        Assert.False(Codecs.Of<CancellationToken>().Read(ref reader).IsCancellationRequested);
        Assert.True(reader.HasCancellableToken);
        source.Cancel();
        Assert.True(Wire.Again(source.Token).IsCancellationRequested);
        Assert.False(Wire.Again(CancellationToken.None).CanBeCanceled);
    }

    [Fact]
    public void What_has_no_serializer_is_refused_and_named()
    {
        var refused = Assert.Throws<CodecNotFoundException>(() => Wire.Write(new NoSerializer(1)));
        Assert.Contains(nameof(NoSerializer), refused.Message, StringComparison.Ordinal);
        Assert.Throws<CodecNotFoundException>(() => Wire.Write(new HoldsNoSerializer(new NoSerializer(1))));
        Assert.Throws<CodecNotFoundException>(() => Wire.Write<object>(new NoSerializer(1)));
        Assert.Equal(new HoldsNoSerializer(null), Wire.Again(new HoldsNoSerializer(null)));
    }

    [Fact]
    public void What_contains_itself_is_refused()
    {
        var knot = new Knot();
        knot.Next = knot;
        Assert.Throws<SerializerException>(() => Wire.Write(knot));
        var list = new List<object>();
        list.Add(list);
        Assert.Throws<SerializerException>(() => Wire.Write<object>(list));
    }
}
