using System.Buffers;
using System.IO.Pipelines;
using EngineTests.Stress;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>Frames come out as they went in, however the bytes arrive, and what are no frames ends the reading.</summary>
public sealed class FrameReaderTests : IDisposable
{
    private const int MaxFrame = 10_000;
    private readonly NetworkMetrics _metrics = new(static () => 0);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Frames_cut_anywhere_come_out_whole_and_in_order()
    {
        var random = new Random(Seed.Next());
        for (var round = 0; round < 50; round++)
        {
            var sent = Enumerable.Range(0, 200).Select(i => (new FrameHeader(FrameKind.Call, (byte)i, random.NextInt64()), Bytes(random, random.Next(200)))).ToList();
            sent.Add((new FrameHeader(FrameKind.Reply, 0, -1), Bytes(random, MaxFrame - FrameHeader.AfterLength)));
            using var buffer = new WireBuffer();
            foreach (var (header, body) in sent)
                Write(buffer, header, body);

            var received = await Read(buffer.Written.ToArray(), random, MaxFrame, expected: sent.Count);
            Assert.Equal(sent.Count, received.Count);
            Assert.All(sent.Zip(received), static pair =>
            {
                Assert.Equal(pair.First.Item1, pair.Second.Header);
                Assert.Equal(pair.First.Item2, pair.Second.Body);
            });
        }
    }

    [Fact]
    public async Task A_frame_that_fills_a_segment_holds_up_nothing_behind_it()
    {
        var frames = new Frames();
        var pipe = new Pipe();
        var reading = FrameReader.ReadAsync(pipe.Reader, MaxFrame, frames, _metrics);
        var segment = pipe.Writer.GetMemory();
        pipe.Writer.Write(Frame(segment.Length));
        pipe.Writer.Write([.. Frame(50), .. Frame(50)]);
        await pipe.Writer.FlushAsync();
        // Nothing else arrives before these have been read.
        await TestNetwork.Until(() => frames.Count == 3);
        await pipe.Writer.CompleteAsync();
        await reading.WaitAsync(TestNetwork.Patience);
    }

    [Fact]
    public async Task Random_bytes_end_in_a_protocol_error_or_in_frames_and_in_nothing_else()
    {
        var random = new Random(Seed.Next());
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Bytes(random, random.Next(2000));
            // Random lengths alone are too large nearly always.
            if (round % 2 == 0 && bytes.Length > 4)
                (bytes[2], bytes[3]) = (0, 0);
            try
            {
                var received = await Read(bytes, random, MaxFrame);
                Assert.True(received.Sum(static frame => frame.Body.Length + FrameHeader.Size) <= bytes.Length);
            }
            catch (ProtocolException)
            {
                // As it should be.
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(FrameHeader.AfterLength - 1)]
    [InlineData(MaxFrame + 1)]
    [InlineData(int.MaxValue)]
    public async Task A_length_that_no_frame_has_ends_the_reading_before_anything_is_kept_for_it(int length) =>
        await Assert.ThrowsAsync<ProtocolException>(() => Read(BitConverter.GetBytes(length), new Random(1), MaxFrame));

    [Fact]
    public async Task A_silo_that_sends_what_is_no_frame_loses_its_connection_and_no_other()
    {
        await using var b = TestNetwork.StartEcho();
        using var caller = await RawConnection.DialIn(b.Address);
        await caller.Send((FrameKind)99, 1, []);
        Assert.Empty(await caller.ReadToEnd());
        await using var a = TestNetwork.StartEcho();
        Assert.Equal("x", (await a.Call(b.Address, "x").Outcome).Text);
    }

    [Fact]
    public async Task An_answer_that_is_no_frame_loses_the_calls_of_its_connection()
    {
        await using var a = TestNetwork.StartEcho();
        using var listener = new RawListener();
        var call = a.Call(listener.Address, "x");
        using var connection = await listener.LetIn();
        await connection.Stream.WriteAsync(new byte[] { 255, 255, 255, 127 });
        var outcome = await call.Outcome;
        Assert.IsType<ProtocolException>(outcome.Lost!.InnerException);
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Frame(int size)
    {
        using var buffer = new WireBuffer();
        Write(buffer, new FrameHeader(FrameKind.Call, 0, size), new byte[size - FrameHeader.Size]);
        return buffer.Written.ToArray();
    }

    private static void Write(WireBuffer buffer, FrameHeader header, byte[] body)
    {
        var start = buffer.Length;
        header.Write(buffer);
        new WireWriter(buffer).WriteRaw(body);
        FrameHeader.WriteLength(buffer, start);
    }

    // The bytes arrive in pieces of random sizes, in memory of random sizes.
    private async Task<Frames> Read(byte[] bytes, Random random, int maxFrame, int expected = 0)
    {
        var frames = new Frames();
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: random.Next(1, 300), useSynchronizationContext: false));
        var reading = FrameReader.ReadAsync(pipe.Reader, maxFrame, frames, _metrics);
        for (var sent = 0; sent < bytes.Length && !reading.IsCompleted;)
        {
            var count = Math.Min(bytes.Length - sent, random.Next(1, 500));
            pipe.Writer.Write(bytes.AsSpan(sent, count));
            await pipe.Writer.FlushAsync();
            sent += count;
        }

        // Before the end, which would have it look again at what it had overlooked.
        await TestNetwork.Until(() => frames.Count >= expected || reading.IsCompleted);
        await pipe.Writer.CompleteAsync();
        await reading.WaitAsync(TestNetwork.Patience);
        await pipe.Reader.CompleteAsync();
        return frames;
    }

    private sealed class Frames : List<(FrameHeader Header, byte[] Body)>, IFrameHandler
    {
        // Every third pauses.
        public bool OnFrame(FrameHeader header, ReadOnlySpan<byte> body)
        {
            Add((header, body.ToArray()));
            return Count % 3 != 0;
        }

        public async ValueTask WhenReady() => await Task.Yield();
    }
}
