using System.Buffers.Binary;

namespace StyleShare.Shares;

/// <summary>
/// The code of a share, as links and tills have it: 60 random bits of its id in Crockford's base32, which has no letters that
/// are taken for others when they are read aloud or typed.
/// </summary>
public static class ShareCode
{
    /// <summary>How many characters it has.</summary>
    public const int Length = 12;

    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The code of a share.</summary>
    /// <param name="id">The share's id, a UUID version 7: its last 62 bits are random (RFC 9562, 5.7).</param>
    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return string.Create(Length, BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), static (code, bits) =>
        {
            for (var i = Length - 1; i >= 0; i--, bits >>= 5)
                code[i] = Digits[(int)(bits & 31)];
        });
    }

    /// <summary>Reads a code as people type it: in either case, with O for 0, and I or L for 1.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="code">The code in the form that is kept; empty if this is none.</param>
    public static bool TryNormalize(string text, out string code)
    {
        code = "";
        if (text.Length != Length)
            return false;
        Span<char> read = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
        {
            var letter = char.ToUpperInvariant(text[i]) switch { 'O' => '0', 'I' or 'L' => '1', var other => other };
            if (!Digits.Contains(letter, StringComparison.Ordinal))
                return false;
            read[i] = letter;
        }

        code = new string(read);
        return true;
    }
}
