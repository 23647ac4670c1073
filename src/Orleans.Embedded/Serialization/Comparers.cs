using Orleans.Serialization;

namespace Orleans.Embedded;

/// <summary>How a set or dictionary of texts compares them: as usual, or one of the ways that mean the same everywhere.</summary>
internal static class Comparers
{
    private const byte Usual = 0;
    private const byte Ordinal = 1;
    private const byte IgnoreCase = 2;

    public static void Write<T>(ref WireWriter writer, IEqualityComparer<T> comparer) =>
        writer.WriteByte(Equals(comparer, EqualityComparer<T>.Default) ? Usual : Code(comparer));

    public static void Write<T>(ref WireWriter writer, IComparer<T> comparer) =>
        writer.WriteByte(Equals(comparer, Comparer<T>.Default) ? Usual : Code(comparer));

    public static IEqualityComparer<T>? ReadEquality<T>(ref WireReader reader) => Read(ref reader) as IEqualityComparer<T>;

    public static IComparer<T>? ReadOrder<T>(ref WireReader reader) => Read(ref reader) as IComparer<T>;

    private static StringComparer? Read(ref WireReader reader) => reader.ReadVarUInt(IgnoreCase) switch
    {
        Usual => null,
        Ordinal => StringComparer.Ordinal,
        _ => StringComparer.OrdinalIgnoreCase,
    };

    private static byte Code(object comparer) =>
        comparer.Equals(StringComparer.Ordinal) ? Ordinal
        : comparer.Equals(StringComparer.OrdinalIgnoreCase) ? IgnoreCase
        : throw new SerializerException($"A collection that compares by {comparer.GetType()} cannot go to another silo.");
}
