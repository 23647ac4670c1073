using System.Buffers.Binary;

namespace Orleans.Embedded;

/// <summary>What a frame carries; the numbers are part of the protocol.</summary>
internal enum FrameKind : byte
{
    /// <summary>A call that wants an answer.</summary>
    Call = 1,

    /// <summary>A call that wants none.</summary>
    Post = 2,

    /// <summary>Nobody waits any more for the call of this id.</summary>
    Cancel = 3,

    /// <summary>A question of the runtime; the code is its <see cref="AskKind"/>.</summary>
    Ask = 4,

    /// <summary>The answer of a call or question; the code is its <see cref="ReplyKind"/>.</summary>
    Reply = 5,

    /// <summary>The last frame of one who answered: what had no answer by then was not executed.</summary>
    Bye = 6
}

/// <summary>
/// What stands before the body of every frame, little-endian: the length of all that follows the length (4 bytes), what it
/// carries (1), its code (1), the id of the call (8).
/// </summary>
internal readonly record struct FrameHeader(FrameKind Kind, byte Code, long Id)
{
    /// <summary>The bytes of it, the length included.</summary>
    public const int Size = LengthSize + AfterLength;

    public const int LengthSize = 4;

    /// <summary>The shortest frame.</summary>
    public const int AfterLength = 10;

    public void Write(WireBuffer buffer)
    {
        var room = buffer.GetSpan(Size);
        BinaryPrimitives.WriteInt32LittleEndian(room, 0);
        room[4] = (byte)Kind;
        room[5] = Code;
        BinaryPrimitives.WriteInt64LittleEndian(room[6..], Id);
        buffer.Advance(Size);
    }

    /// <summary>Writes the length, once it is known, of the frame that begins there.</summary>
    public static void WriteLength(WireBuffer buffer, int start) =>
        BinaryPrimitives.WriteInt32LittleEndian(buffer.Patch(start, LengthSize), buffer.Length - start - LengthSize);

    /// <summary>Reads what follows the length.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> frame) =>
        new((FrameKind)frame[0], frame[1], BinaryPrimitives.ReadInt64LittleEndian(frame[2..]));
}

/// <summary>The other silo sent what no silo sends: the connection is of no use any more.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
