using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.ComponentModel;
using System.Net;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Writes and reads the objects of a class, in generated code: 0 for null; 1 and the fields for one of just this class; 2, the
/// name of its type and the object for one of a derived class.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ObjectCodec<T> : Codec<T?>
    where T : class
{
    private const byte Null = 0;
    private const byte Same = 1;
    private const byte Derived = 2;

    /// <inheritdoc/>
    public sealed override void Write(ref WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteByte(Null);
        }
        else if (value.GetType() == typeof(T))
        {
            writer.WriteByte(Same);
            writer.Enter();
            WriteFields(ref writer, value);
            writer.WriteTag(0);
            writer.Leave();
        }
        else
        {
            writer.WriteByte(Derived);
            Polymorphic.Write(ref writer, value);
        }
    }

    /// <inheritdoc/>
    public sealed override T? Read(ref WireReader reader)
    {
        var begin = reader.ReadByte();
        if (begin == Null)
            return null;
        if (begin == Derived)
            return Polymorphic.Read<T>(ref reader);
        if (begin != Same)
            reader.Malformed(typeof(T), begin);
        reader.Enter();
        var value = ReadFields(ref reader);
        reader.Leave();
        return value;
    }

    /// <summary>Writes the fields that are not their type's default, or would not be so when they are not set.</summary>
    protected abstract void WriteFields(ref WireWriter writer, T value);

    /// <summary>Reads the fields up to the end, and makes an object of them.</summary>
    protected abstract T ReadFields(ref WireReader reader);
}

/// <summary>Writes and reads the values of a struct, in generated code: the fields and their end.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StructCodec<T> : Codec<T>
    where T : struct
{
    /// <inheritdoc/>
    public sealed override void Write(ref WireWriter writer, T value)
    {
        writer.Enter();
        WriteFields(ref writer, ref value);
        writer.WriteTag(0);
        writer.Leave();
    }

    /// <inheritdoc/>
    public sealed override T Read(ref WireReader reader)
    {
        reader.Enter();
        var value = ReadFields(ref reader);
        reader.Leave();
        return value;
    }

    /// <inheritdoc cref="ObjectCodec{T}.WriteFields"/>
    protected abstract void WriteFields(ref WireWriter writer, ref T value);

    /// <inheritdoc cref="ObjectCodec{T}.ReadFields"/>
    protected abstract T ReadFields(ref WireReader reader);
}

/// <summary>Values of which only a base class or an interface is declared, or nothing at all: each with the name of its type.</summary>
internal sealed class PolymorphicCodec<T> : Codec<T?>
    where T : class
{
    public override void Write(ref WireWriter writer, T? value)
    {
        writer.WriteBool(value is not null);
        if (value is not null)
            Polymorphic.Write(ref writer, value);
    }

    public override T? Read(ref WireReader reader) => reader.ReadBool() ? Polymorphic.Read<T>(ref reader) : null;
}

/// <summary>Values with the names of their types.</summary>
internal static class Polymorphic
{
    private static readonly ConcurrentDictionary<Type, (string Name, Codec Codec)> Known = new();

    public static void Write(ref WireWriter writer, object value)
    {
        var (name, codec) = Known.GetOrAdd(value.GetType(), static type =>
        {
            var written = WrittenAs(type);
            return (TypeNames.NameOf(written), CodecRegistry.For(written));
        });
        writer.Enter();
        writer.WriteString(name);
        codec.WriteBoxed(ref writer, value);
        writer.Leave();
    }

    public static T Read<T>(ref WireReader reader)
        where T : class
    {
        reader.Enter();
        var name = reader.ReadString() ?? throw new WireFormatException("The name of a type is missing.");
        var type = TypeNames.Find(name);
        var value = IsPossible(type, typeof(T))
            ? CodecRegistry.For(type).ReadBoxed(ref reader)
            : null;
        reader.Leave();
        return value as T ?? throw new WireFormatException($"A '{name}' is where a {typeof(T)} should be.");
    }

    // Some declared types stand for others that are made: that of all references, for one.
    private static bool IsPossible(Type type, Type declared) =>
        declared.IsAssignableFrom(type) || type == typeof(GrainReference) || type == typeof(Exception);

    // The framework has classes of its own behind some of its types, and the engine behind references.
    private static Type WrittenAs(Type type)
    {
        if (type.IsAssignableTo(typeof(Exception)))
            return typeof(Exception);
        if (type.IsAssignableTo(typeof(IAddressable)))
            return typeof(GrainReference);
        if (type.IsAssignableTo(typeof(IPAddress)))
            return typeof(IPAddress);
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsConstructedGenericType && level.GetGenericTypeDefinition() is var definition
                && (definition == typeof(FrozenSet<>) || definition == typeof(FrozenDictionary<,>)))
                return level;
        }

        return type;
    }
}
