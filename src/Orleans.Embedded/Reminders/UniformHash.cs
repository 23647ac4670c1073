using System.Buffers.Binary;
using System.Numerics;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// The hash by which Orleans spreads reminders over silos, written beside each so that the rows serve it too: xxHash32
/// (seed 0) of the type's bytes times 31, plus that of the key's.
/// </summary>
internal static class UniformHash
{
    private const uint Prime1 = 2_654_435_761;
    private const uint Prime2 = 2_246_822_519;
    private const uint Prime3 = 3_266_489_917;
    private const uint Prime4 = 668_265_263;
    private const uint Prime5 = 374_761_393;

    public static uint Of(GrainId grain) => unchecked((Of(grain.Type.AsSpan()) * 31) + Of(grain.Key.AsSpan()));

    /// <summary>xxHash32 as its specification has it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var length = (uint)bytes.Length;
            var hash = Prime5;
            if (bytes.Length >= 16)
                hash = Stripes(ref bytes);
            hash += length;
            for (; bytes.Length >= 4; bytes = bytes[4..])
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime3), 17) * Prime4;
            foreach (var b in bytes)
                hash = BitOperations.RotateLeft(hash + (b * Prime5), 11) * Prime1;
            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    private static uint Stripes(ref ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            Span<uint> lanes = [Prime1 + Prime2, Prime2, 0, 0 - Prime1];
            for (; bytes.Length >= 16; bytes = bytes[16..])
            {
                for (var i = 0; i < 4; i++)
                    lanes[i] = BitOperations.RotateLeft(lanes[i] + (BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]) * Prime2), 13) * Prime1;
            }

            return BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
                + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
        }
    }
}
