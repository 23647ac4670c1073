using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Embedded;

internal sealed class KeyValuePairCodec<TKey, TValue> : Codec<KeyValuePair<TKey, TValue>>
{
    public override void Write(ref WireWriter writer, KeyValuePair<TKey, TValue> value)
    {
        Codecs.Of<TKey>().Write(ref writer, value.Key);
        Codecs.Of<TValue>().Write(ref writer, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(ref WireReader reader) =>
        new(Codecs.Of<TKey>().Read(ref reader), Codecs.Of<TValue>().Read(ref reader));
}

internal sealed class NullableCodec<T> : Codec<T?>
    where T : struct
{
    public override void Write(ref WireWriter writer, T? value)
    {
        writer.WriteBool(value.HasValue);
        if (value is { } some)
            Codecs.Of<T>().Write(ref writer, some);
    }

    public override T? Read(ref WireReader reader) => reader.ReadBool() ? Codecs.Of<T>().Read(ref reader) : null;
}

internal sealed class DictionaryCodec<TKey, TValue> : Codec<Dictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Write(ref WireWriter writer, Dictionary<TKey, TValue>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.Comparer);
    }

    public override Dictionary<TKey, TValue>? Read(ref WireReader reader) =>
        Items.Read<KeyValuePair<TKey, TValue>>(ref reader) is { } items ? new Dictionary<TKey, TValue>(items, Comparers.ReadEquality<TKey>(ref reader)) : null;
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue> : Codec<ImmutableDictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Write(ref WireWriter writer, ImmutableDictionary<TKey, TValue>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.KeyComparer);
    }

    public override ImmutableDictionary<TKey, TValue>? Read(ref WireReader reader) =>
        Items.Read<KeyValuePair<TKey, TValue>>(ref reader) is { } items ? ImmutableDictionary.CreateRange(Comparers.ReadEquality<TKey>(ref reader), items) : null;
}

internal sealed class ImmutableSortedDictionaryCodec<TKey, TValue> : Codec<ImmutableSortedDictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Write(ref WireWriter writer, ImmutableSortedDictionary<TKey, TValue>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.KeyComparer);
    }

    public override ImmutableSortedDictionary<TKey, TValue>? Read(ref WireReader reader) =>
        Items.Read<KeyValuePair<TKey, TValue>>(ref reader) is { } items ? ImmutableSortedDictionary.CreateRange(Comparers.ReadOrder<TKey>(ref reader), items) : null;
}

internal sealed class FrozenDictionaryCodec<TKey, TValue> : Codec<FrozenDictionary<TKey, TValue>?>
    where TKey : notnull
{
    public override void Write(ref WireWriter writer, FrozenDictionary<TKey, TValue>? value)
    {
        if (value is null)
        {
            Items.WriteNone(ref writer);
            return;
        }

        Items.Write(ref writer, value, value.Count);
        Comparers.Write(ref writer, value.Comparer);
    }

    public override FrozenDictionary<TKey, TValue>? Read(ref WireReader reader) =>
        Items.Read<KeyValuePair<TKey, TValue>>(ref reader) is { } items ? items.ToFrozenDictionary(Comparers.ReadEquality<TKey>(ref reader)) : null;
}
