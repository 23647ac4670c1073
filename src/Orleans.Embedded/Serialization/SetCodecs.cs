using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Embedded;

internal sealed class HashSetCodec<T> : Codec<HashSet<T>?>
{
    public override void Write(ref WireWriter writer, HashSet<T>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.Comparer);
    }

    public override HashSet<T>? Read(ref WireReader reader) =>
        Items.Read<T>(ref reader) is { } items ? new HashSet<T>(items, Comparers.ReadEquality<T>(ref reader)) : null;
}

internal sealed class ImmutableHashSetCodec<T> : Codec<ImmutableHashSet<T>?>
{
    public override void Write(ref WireWriter writer, ImmutableHashSet<T>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.KeyComparer);
    }

    public override ImmutableHashSet<T>? Read(ref WireReader reader) =>
        Items.Read<T>(ref reader) is { } items ? ImmutableHashSet.Create(Comparers.ReadEquality<T>(ref reader), items) : null;
}

internal sealed class ImmutableSortedSetCodec<T> : Codec<ImmutableSortedSet<T>?>
{
    public override void Write(ref WireWriter writer, ImmutableSortedSet<T>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.KeyComparer);
    }

    public override ImmutableSortedSet<T>? Read(ref WireReader reader) =>
        Items.Read<T>(ref reader) is { } items ? ImmutableSortedSet.Create(Comparers.ReadOrder<T>(ref reader), items) : null;
}

internal sealed class FrozenSetCodec<T> : Codec<FrozenSet<T>?>
{
    public override void Write(ref WireWriter writer, FrozenSet<T>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.Comparer);
    }

    public override FrozenSet<T>? Read(ref WireReader reader) =>
        Items.Read<T>(ref reader) is { } items ? items.ToFrozenSet(Comparers.ReadEquality<T>(ref reader)) : null;
}
