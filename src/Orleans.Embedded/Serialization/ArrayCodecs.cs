using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orleans.Embedded;

internal sealed class ArrayCodec<T> : Codec<T[]?>
{
    public override void Write(ref WireWriter writer, T[]? value)
    {
        if (value is null)
            Items.WriteNone(ref writer);
        else
            Items.Write<T>(ref writer, value);
    }

    public override T[]? Read(ref WireReader reader) => Items.Read<T>(ref reader);
}

/// <summary>One that is <c>default</c> is so again.</summary>
internal sealed class ImmutableArrayCodec<T> : Codec<ImmutableArray<T>>
{
    public override void Write(ref WireWriter writer, ImmutableArray<T> value)
    {
        if (value.IsDefault)
            Items.WriteNone(ref writer);
        else
            Items.Write(ref writer, value.AsSpan());
    }

    public override ImmutableArray<T> Read(ref WireReader reader) => ImmutableCollectionsMarshal.AsImmutableArray(Items.Read<T>(ref reader));
}

internal sealed class MemoryCodec<T> : Codec<ReadOnlyMemory<T>>
{
    public override void Write(ref WireWriter writer, ReadOnlyMemory<T> value) => Items.Write(ref writer, value.Span);

    public override ReadOnlyMemory<T> Read(ref WireReader reader) => Items.ReadSome<T>(ref reader);
}

internal sealed class ListCodec<T> : Codec<List<T>?>
{
    public override void Write(ref WireWriter writer, List<T>? value)
    {
        if (value is null)
            Items.WriteNone(ref writer);
        else
            Items.Write<T>(ref writer, CollectionsMarshal.AsSpan(value));
    }

    public override List<T>? Read(ref WireReader reader) => Items.Read<T>(ref reader) is { } items ? [.. items] : null;
}

internal sealed class ImmutableListCodec<T> : Codec<ImmutableList<T>?>
{
    public override void Write(ref WireWriter writer, ImmutableList<T>? value)
    {
        if (value is null)
            Items.WriteNone(ref writer);
        else
            Items.Write(ref writer, value, value.Count);
    }

    public override ImmutableList<T>? Read(ref WireReader reader) => Items.Read<T>(ref reader) is { } items ? [.. items] : null;
}

internal sealed class ImmutableQueueCodec<T> : Codec<ImmutableQueue<T>?>
{
    public override void Write(ref WireWriter writer, ImmutableQueue<T>? value)
    {
        if (value is null)
            Items.WriteNone(ref writer);
        else
            Items.Write<T>(ref writer, value.ToArray());
    }

    public override ImmutableQueue<T>? Read(ref WireReader reader) => Items.Read<T>(ref reader) is { } items ? ImmutableQueue.Create(items) : null;
}

/// <summary>From the top down.</summary>
internal sealed class ImmutableStackCodec<T> : Codec<ImmutableStack<T>?>
{
    public override void Write(ref WireWriter writer, ImmutableStack<T>? value)
    {
        if (value is null)
            Items.WriteNone(ref writer);
        else
            Items.Write<T>(ref writer, value.ToArray());
    }

    public override ImmutableStack<T>? Read(ref WireReader reader)
    {
        if (Items.Read<T>(ref reader) is not { } items)
            return null;
        Array.Reverse(items);
        return ImmutableStack.Create(items);
    }
}
