using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Orleans.Embedded;

/// <summary>Takes the frames of a connection.</summary>
internal interface IFrameHandler
{
    /// <summary>A frame; its body is valid until this returns.</summary>
    void OnFrame(FrameHeader header, ReadOnlySpan<byte> body);

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
            var rest = Handle(result.Buffer, maxFrame, handler, metrics);
            input.AdvanceTo(rest, result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                return;
            var ready = handler.WhenReady();
            if (!ready.IsCompletedSuccessfully)
                await ready;
        }
    }

    /// <summary>Hands on all complete frames, and says where the first incomplete one begins.</summary>
    internal static SequencePosition Handle(ReadOnlySequence<byte> buffer, int maxFrame, IFrameHandler handler, NetworkMetrics metrics)
    {
        var frames = 0;
        var before = buffer.Length;
        while (true)
        {
            var first = buffer.FirstSpan;
            var used = 0;
            while (first.Length - used >= FrameHeader.LengthSize)
            {
                var length = LengthOf(first[used..], maxFrame);
                if (first.Length - used - FrameHeader.LengthSize < length)
                    break;
                HandOn(first.Slice(used + FrameHeader.LengthSize, length), handler);
                used += FrameHeader.LengthSize + length;
                frames++;
            }

            buffer = buffer.Slice(used);
            if (buffer.IsSingleSegment || !HandleSpanning(ref buffer, maxFrame, handler))
                break;
            frames++;
        }

        metrics.OnReceived(frames, before - buffer.Length);
        return buffer.Start;
    }

    // The frame whose beginning is the end of a segment.
    private static bool HandleSpanning(ref ReadOnlySequence<byte> buffer, int maxFrame, IFrameHandler handler)
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
            HandOn(body.FirstSpan, handler);
        }
        else
        {
            var copy = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                body.CopyTo(copy);
                HandOn(copy.AsSpan(0, length), handler);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(copy);
            }
        }

        buffer = buffer.Slice(body.End);
        return true;
    }

    private static void HandOn(ReadOnlySpan<byte> frame, IFrameHandler handler) =>
        handler.OnFrame(FrameHeader.Read(frame), frame[FrameHeader.AfterLength..]);

    private static int LengthOf(ReadOnlySpan<byte> bytes, int maxFrame)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= FrameHeader.AfterLength && length <= maxFrame
            ? length
            : throw new ProtocolException($"A frame of {length} bytes is none: they have {FrameHeader.AfterLength} to {maxFrame}.");
    }
}
