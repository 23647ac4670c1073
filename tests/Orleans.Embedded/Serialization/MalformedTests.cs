using System.Collections.Immutable;
using EngineTests.Stress;
using Orleans.Embedded;

namespace EngineTests.Serialization;

/// <summary>Whatever arrives, it is a message or is refused: nothing else happens.</summary>
public sealed class MalformedTests
{
    private static readonly Box Sample = new(
        new Box(null, new Sheet<Parcel>([new Parcel("p", 1) { Inside = new Parcel("q", 2) }], null), new Ring(1) { Name = "r" }, null),
        new Dictionary<string, object> { ["a"] = 1m, ["b"] = new Tree(1, [new Tree(2, [])]) }, new Circle(), new Ring(2));

    [Fact]
    public void A_message_cut_short_anywhere_is_refused()
    {
        var bytes = Wire.Write(Sample);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<WireFormatException>(() => ReadSafely<Box>(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void A_message_with_something_behind_it_is_refused() =>
        Assert.Throws<WireFormatException>(() => Wire.Read<Box>([.. Wire.Write(Sample), 0]));

    [Fact]
    public void Random_bytes_are_refused_or_read_and_nothing_else()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        var bytes = Wire.Write(Sample);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var changed = random.Next(4) == 0 ? new byte[random.Next(200)] : (byte[])bytes.Clone();
            if (changed.Length != bytes.Length)
                random.NextBytes(changed);
            else
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                ReadSafely<Box>(changed);
                ReadSafely<Everything>(changed);
            }
            catch (WireFormatException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}, round {round}: {exception}");
            }
        }

        Assert.True(refused > 10_000, $"Only {refused} refused, seed {seed}.");
    }

    [Fact]
    public void Random_contexts_and_exceptions_are_refused_or_read_and_nothing_else()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        ExceptionCodec.Write(ref writer, new BrokenPartException(3, "broken", new AggregateException(new PlainException(4), new KeyNotFoundException("text"))));
        ContextCodec.Write(ref writer, new RequestContextData(ImmutableDictionary<string, object>.Empty.Add("a", Sample), Guid.NewGuid(), default));
        var bytes = buffer.Written.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var changed = (byte[])bytes.Clone();
            for (var changes = random.Next(5); changes > 0; changes--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                var reader = new WireReader(changed.AsSpan(0, random.Next(changed.Length + 1)), null);
                ExceptionCodec.Read(ref reader);
                ContextCodec.Read(ref reader);
            }
            catch (WireFormatException)
            {
                // As it should be.
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}, round {round}: {exception}");
            }
        }
    }

    [Fact]
    public void Too_deep_a_message_is_refused()
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        for (var i = 0; i < 10_000; i++)
        {
            writer.WriteByte(1);
            writer.WriteTag(WireTagOfKnot);
        }

        var bytes = buffer.Written.ToArray();
        Assert.Contains("deep", Assert.Throws<WireFormatException>(() => Wire.Read<Knot>(bytes)).Message, StringComparison.Ordinal);
    }

    private const uint WireTagOfKnot = (uint)WireKind.Value;

    // As requests do it: a constructor that refuses its arguments is a message that cannot be read.
    private static void ReadSafely<T>(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Wire.Read<T>(bytes);
        }
        catch (ArgumentException exception)
        {
            throw new WireFormatException("refused", exception);
        }
    }
}
