using System.Buffers.Binary;

namespace StyleShare.Imaging;

/// <summary>The chunks of a PNG file (W3C PNG, section 5), looked at before libpng does.</summary>
/// <remarks>
/// libpng believes a text chunk's length: one that says two gigabytes makes it ask for more than one, before a pixel is read,
/// and compressed texts grow a thousandfold. So the chunks are checked against the file, and what a picture does not need to
/// look right is taken out.
/// </remarks>
internal static class Png
{
    private const int Frame = 12, TypeAt = 4, DataAt = 8;

    /// <summary>The first bytes of every PNG.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Moves together the chunks that are needed; how long the file is then, or null if it is not whole.</summary>
    public static int? Clean(Span<byte> file)
    {
        if (!file.StartsWith(Signature))
            return null;
        int from = Signature.Length, to = from;
        while (file.Length - from >= Frame)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[from..]);
            if (length > file.Length - from - Frame)
                return null;
            var chunk = file.Slice(from, (int)length + Frame);
            if (from == Signature.Length && !IsHeader(chunk))
                return null;
            var type = chunk[TypeAt..DataAt];
            var isEnd = type.SequenceEqual("IEND"u8);
            if (IsNeeded(type))
            {
                if (to != from)
                    chunk.CopyTo(file[to..]);
                to += chunk.Length;
            }

            if (isEnd)
                return to;
            from += chunk.Length;
        }

        return null;
    }

    private static bool IsHeader(ReadOnlySpan<byte> chunk) => chunk.Length == 13 + Frame && chunk[TypeAt..DataAt].SequenceEqual("IHDR"u8);

    // Critical chunks have a capital first letter; of the others those for colour, transparency and orientation count.
    private static bool IsNeeded(ReadOnlySpan<byte> type) =>
        type[0] is >= (byte)'A' and <= (byte)'Z' ||
        type.SequenceEqual("tRNS"u8) || type.SequenceEqual("iCCP"u8) || type.SequenceEqual("sRGB"u8) ||
        type.SequenceEqual("gAMA"u8) || type.SequenceEqual("cHRM"u8) || type.SequenceEqual("eXIf"u8);
}
