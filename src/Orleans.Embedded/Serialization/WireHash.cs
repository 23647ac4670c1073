using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Embedded;

/// <summary>Numbers for names, the same in every process and version.</summary>
internal static class WireHash
{
    /// <summary>The first eight bytes of the name's SHA-256; never 0.</summary>
    public static ulong Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }
}
