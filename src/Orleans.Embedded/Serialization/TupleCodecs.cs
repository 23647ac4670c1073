namespace Orleans.Embedded;

// One behind the other; those of references are behind a byte that says whether there is one.

internal sealed class ValueTupleCodec<T1> : Codec<ValueTuple<T1>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
    }

    public override ValueTuple<T1> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2> : Codec<ValueTuple<T1, T2>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
    }

    public override ValueTuple<T1, T2> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3> : Codec<ValueTuple<T1, T2, T3>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
    }

    public override ValueTuple<T1, T2, T3> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4> : Codec<ValueTuple<T1, T2, T3, T4>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3, T4> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
    }

    public override ValueTuple<T1, T2, T3, T4> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5> : Codec<ValueTuple<T1, T2, T3, T4, T5>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3, T4, T5> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
    }

    public override ValueTuple<T1, T2, T3, T4, T5> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5, T6> : Codec<ValueTuple<T1, T2, T3, T4, T5, T6>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3, T4, T5, T6> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7> : Codec<ValueTuple<T1, T2, T3, T4, T5, T6, T7>>
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3, T4, T5, T6, T7> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
        Codecs.Of<T7>().Write(ref writer, value.Item7);
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader),
            Codecs.Of<T7>().Read(ref reader));
}

internal sealed class ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest> : Codec<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>>
    where TRest : struct
{
    public override void Write(ref WireWriter writer, ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> value)
    {
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
        Codecs.Of<T7>().Write(ref writer, value.Item7);
        Codecs.Of<TRest>().Write(ref writer, value.Rest);
    }

    public override ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> Read(ref WireReader reader) => new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader),
            Codecs.Of<T7>().Read(ref reader),
            Codecs.Of<TRest>().Read(ref reader));
}

internal sealed class TupleCodec<T1> : Codec<Tuple<T1>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
    }

    public override Tuple<T1>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2> : Codec<Tuple<T1, T2>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
    }

    public override Tuple<T1, T2>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3> : Codec<Tuple<T1, T2, T3>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
    }

    public override Tuple<T1, T2, T3>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3, T4> : Codec<Tuple<T1, T2, T3, T4>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3, T4>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
    }

    public override Tuple<T1, T2, T3, T4>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5> : Codec<Tuple<T1, T2, T3, T4, T5>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3, T4, T5>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
    }

    public override Tuple<T1, T2, T3, T4, T5>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6> : Codec<Tuple<T1, T2, T3, T4, T5, T6>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
    }

    public override Tuple<T1, T2, T3, T4, T5, T6>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6, T7> : Codec<Tuple<T1, T2, T3, T4, T5, T6, T7>?>
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6, T7>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
        Codecs.Of<T7>().Write(ref writer, value.Item7);
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader),
            Codecs.Of<T7>().Read(ref reader));
}

internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest> : Codec<Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>?>
    where TRest : notnull
{
    public override void Write(ref WireWriter writer, Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>? value)
    {
        writer.WriteBool(value is not null);
        if (value is null)
            return;
        Codecs.Of<T1>().Write(ref writer, value.Item1);
        Codecs.Of<T2>().Write(ref writer, value.Item2);
        Codecs.Of<T3>().Write(ref writer, value.Item3);
        Codecs.Of<T4>().Write(ref writer, value.Item4);
        Codecs.Of<T5>().Write(ref writer, value.Item5);
        Codecs.Of<T6>().Write(ref writer, value.Item6);
        Codecs.Of<T7>().Write(ref writer, value.Item7);
        Codecs.Of<TRest>().Write(ref writer, value.Rest);
    }

    public override Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>? Read(ref WireReader reader) => !reader.ReadBool() ? null : new(
            Codecs.Of<T1>().Read(ref reader),
            Codecs.Of<T2>().Read(ref reader),
            Codecs.Of<T3>().Read(ref reader),
            Codecs.Of<T4>().Read(ref reader),
            Codecs.Of<T5>().Read(ref reader),
            Codecs.Of<T6>().Read(ref reader),
            Codecs.Of<T7>().Read(ref reader),
            Codecs.Of<TRest>().Read(ref reader));
}
