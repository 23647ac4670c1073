using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Orleans.Embedded;

/// <summary>Takes the frames of a connection.</summary>
internal interface IFrameHandler
{
    /// <summary>A frame; its body is valid until this returns. False for no more of them until <see cref="WhenReady"/>.</summary>
    bool OnFrame(FrameHeader header, ReadOnlySpan<byte> body);

    /// <summary>Waits until more frames may come.</summary>
    ValueTask WhenReady();
}

/// <summary>Cuts what arrives into frames, straight from the pipe's memory where a frame lies in one piece.</summary>
internal static class FrameReader
{
    /// <summary>Reads until the other side closes the connection.</summary>
    /// <exception cref="ProtocolException">What arrives are no frames.</exception>
    public static async Task ReadAsync(PipeReader input, int maxFrame, IFrameHandler handler, NetworkMetrics metrics)
    {
        while (true)
        {
            var result = await input.ReadAsync();
            var rest = Handle(result.Buffer, maxFrame, handler, metrics, out var isPaused);
            input.AdvanceTo(rest, isPaused ? rest : result.Buffer.End);
            if (isPaused)
                await handler.WhenReady();
            else if (result.IsCompleted)
                return;
        }
    }

    // Hands on all complete frames, unless it is told to pause, and says where the first of the others begins.
    private static SequencePosition Handle(
        ReadOnlySequence<byte> buffer, int maxFrame, IFrameHandler handler, NetworkMetrics metrics, out bool isPaused)
    {
        var frames = 0;
        isPaused = false;
        var before = buffer.Length;
        while (!isPaused)
        {
            var first = buffer.FirstSpan;
            var used = 0;
            while (!isPaused && first.Length - used >= FrameHeader.LengthSize)
            {
                var length = LengthOf(first[used..], maxFrame);
                if (first.Length - used - FrameHeader.LengthSize < length)
                    break;
                isPaused = !HandOn(first.Slice(used + FrameHeader.LengthSize, length), handler);
                used += FrameHeader.LengthSize + length;
                frames++;
            }

            // What is left may begin with the last segment, which has not been looked at then.
            var isLast = buffer.IsSingleSegment;
            buffer = buffer.Slice(used);
            if (isPaused || isLast || !HandleSpanning(ref buffer, maxFrame, handler, ref isPaused))
                break;
            frames++;
        }

        metrics.OnReceived(frames, before - buffer.Length);
        return buffer.Start;
    }

    // The frame whose beginning is the end of a segment.
    private static bool HandleSpanning(ref ReadOnlySequence<byte> buffer, int maxFrame, IFrameHandler handler, ref bool isPaused)
    {
        if (buffer.Length < FrameHeader.LengthSize)
            return false;
        Span<byte> head = stackalloc byte[FrameHeader.LengthSize];
        buffer.Slice(0, FrameHeader.LengthSize).CopyTo(head);
        var length = LengthOf(head, maxFrame);
        if (buffer.Length - FrameHeader.LengthSize < length)
            return false;

        var body = buffer.Slice(FrameHeader.LengthSize, length);
        if (body.IsSingleSegment)
        {
            isPaused = !HandOn(body.FirstSpan, handler);
        }
        else
        {
            var copy = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                body.CopyTo(copy);
                isPaused = !HandOn(copy.AsSpan(0, length), handler);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(copy);
            }
        }

        buffer = buffer.Slice(body.End);
        return true;
    }

    private static bool HandOn(ReadOnlySpan<byte> frame, IFrameHandler handler) =>
        handler.OnFrame(FrameHeader.Read(frame), frame[FrameHeader.AfterLength..]);

    private static int LengthOf(ReadOnlySpan<byte> bytes, int maxFrame)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= FrameHeader.AfterLength && length <= maxFrame
            ? length
            : throw new ProtocolException($"A frame of {length} bytes is none: they have {FrameHeader.AfterLength} to {maxFrame}.");
    }
}
