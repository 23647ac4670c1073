using EngineTests.Stress;
using Orleans.Embedded;

namespace EngineTests.Serialization;

/// <summary>Where the bytes of messages are collected, and how they are read again.</summary>
public sealed class BufferTests
{
    [Theory]
    [InlineData(0ul, 1)]
    [InlineData(127ul, 1)]
    [InlineData(128ul, 2)]
    [InlineData(16_383ul, 2)]
    [InlineData(16_384ul, 3)]
    [InlineData((ulong)uint.MaxValue, 5)]
    [InlineData(ulong.MaxValue, 10)]
    public void A_number_takes_seven_bits_a_byte(ulong number, int bytes)
    {
        using var buffer = new WireBuffer();
        new WireWriter(buffer).WriteVarUInt(number);
        Assert.Equal(bytes, buffer.Length);
        Assert.Equal(number, new WireReader(buffer.Written, null).ReadVarUInt());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(63, 1)]
    [InlineData(-64, 1)]
    [InlineData(64, 2)]
    [InlineData(long.MinValue, 10)]
    [InlineData(long.MaxValue, 10)]
    public void A_small_negative_number_is_short(long number, int bytes)
    {
        using var buffer = new WireBuffer();
        new WireWriter(buffer).WriteVarInt(number);
        Assert.Equal(bytes, buffer.Length);
        Assert.Equal(number, new WireReader(buffer.Written, null).ReadVarInt());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(43)]
    [InlineData(127)]
    [InlineData(100_000)]
    public void A_text_of_any_length_comes_back(int length)
    {
        foreach (var letter in new[] { "a", "é", "한", "👗" })
        {
            var text = string.Concat(Enumerable.Repeat(letter, length));
            using var buffer = new WireBuffer();
            new WireWriter(buffer).WriteString(text);
            Assert.Equal(text, new WireReader(buffer.Written, null).ReadString());
        }
    }

    [Fact]
    public void A_number_beyond_64_bits_is_refused()
    {
        Assert.Throws<WireFormatException>(() => new WireReader(Enumerable.Repeat((byte)0xFF, 11).ToArray(), null).ReadVarUInt());
        byte[] beyond = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];
        Assert.Throws<WireFormatException>(() => new WireReader(beyond, null).ReadVarUInt());
    }

    [Fact]
    public void A_text_that_is_not_UTF_8_is_refused()
    {
        Assert.Throws<WireFormatException>(() => new WireReader([3, 0xC3, 0x28], null).ReadString());
    }

    [Fact]
    public void A_length_that_is_not_there_is_refused_before_anything_is_allocated()
    {
        using var buffer = new WireBuffer();
        new WireWriter(buffer).WriteVarUInt(int.MaxValue);
        var bytes = buffer.Written.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WireFormatException>(() => Wire.Read<string?>(bytes));
        Assert.Throws<WireFormatException>(() => Wire.Read<byte[]?>(bytes));
        Assert.Throws<WireFormatException>(() => Wire.Read<long[]?>(bytes));
        Assert.Throws<WireFormatException>(() => Wire.Read<Dictionary<string, Guid>?>(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void A_buffer_grows_and_keeps_what_it_has()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        using var buffer = new WireBuffer(limit: 1_000_000, initialSize: 16);
        var expected = new List<byte>();
        while (expected.Count < 200_000)
        {
            var chunk = new byte[random.Next(3_000)];
            random.NextBytes(chunk);
            new WireWriter(buffer).WriteRaw(chunk);
            expected.AddRange(chunk);
        }

        Assert.True(buffer.Written.SequenceEqual(expected.ToArray()), $"seed {seed}");
    }

    [Fact]
    public void A_buffer_takes_no_more_than_its_limit_and_can_be_taken_back()
    {
        using var buffer = new WireBuffer(limit: 100);
        var writer = new WireWriter(buffer);
        writer.WriteRaw(new byte[90]);
        Refused(buffer, 11);
        Refused(buffer, 1_000_000);
        Assert.Equal(90, buffer.Length);
        writer.WriteRaw(new byte[10]);
        buffer.Truncate(5);
        Assert.Equal(5, buffer.Length);
        writer.WriteString("again");
        buffer.Clear();
        Assert.Equal(0, buffer.Length);

        static void Refused(WireBuffer buffer, int count) =>
            Assert.Throws<WireLimitException>(() => new WireWriter(buffer).WriteRaw(new byte[count]));
    }

    [Fact]
    public void What_is_written_twenty_thousand_times_is_written_into_the_same_memory()
    {
        using var buffer = new WireBuffer();
        var parcel = new Parcel("a name", 17) { Place = new Point(1, 2) };
        Fill(buffer, parcel);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20_000; i++)
            Fill(buffer, parcel);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);

        static void Fill(WireBuffer buffer, Parcel parcel)
        {
            buffer.Clear();
            var writer = new WireWriter(buffer);
            Codecs.Of<Parcel>().Write(ref writer, parcel);
        }
    }
}
