using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>
/// What all collections have in common on the wire: 0 for none, or the number of items and one more; then the items.
/// </summary>
internal static class Items
{
    // What is larger grows with what has been read, so that a number alone makes nobody allocate much.
    private const int MaxBelieved = 64 * 1024;

    public static void WriteNone(ref WireWriter writer) => writer.WriteByte(0);

    public static void Write<T>(ref WireWriter writer, ReadOnlySpan<T> items)
    {
        writer.WriteVarUInt((ulong)items.Length + 1);
        writer.Enter();
        var codec = Codecs.Of<T>();
        foreach (var item in items)
            codec.Write(ref writer, item);
        writer.Leave();
    }

    public static void Write<T>(ref WireWriter writer, IEnumerable<T> items, int count)
    {
        writer.WriteVarUInt((ulong)count + 1);
        writer.Enter();
        var codec = Codecs.Of<T>();
        foreach (var item in items)
        {
            codec.Write(ref writer, item);
            count--;
        }

        if (count != 0)
            throw new InvalidOperationException("A collection was changed while it was written.");
        writer.Leave();
    }

    /// <summary>The items; null for none.</summary>
    public static T[]? Read<T>(ref WireReader reader)
    {
        var count = reader.ReadVarUInt();
        if (count-- == 0)
            return null;
        if (count == 0)
            return [];
        // Each has at least one byte.
        if (count > (uint)reader.Remaining)
            throw new WireFormatException($"{count} items do not fit into {reader.Remaining} bytes.");

        reader.Enter();
        var codec = Codecs.Of<T>();
        var items = new T[Math.Min((int)count, Math.Max(16, MaxBelieved / Unsafe.SizeOf<T>()))];
        for (var i = 0; i < (int)count; i++)
        {
            if (i == items.Length)
                Array.Resize(ref items, (int)Math.Min((long)count, 2L * i));
            items[i] = codec.Read(ref reader);
        }

        reader.Leave();
        return items;
    }

    /// <summary>The items of something that is never null.</summary>
    public static T[] ReadSome<T>(ref WireReader reader) => Read<T>(ref reader) ?? [];
}
