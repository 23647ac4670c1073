using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Finds or makes the codec of a type: one of the framework's types that are known here, or one that generated code in the
/// type's own assembly has. A name from the wire finds such types only.
/// </summary>
internal static class CodecRegistry
{
    private static readonly ConcurrentDictionary<Assembly, bool> Assemblies = new();
    private static readonly ConcurrentDictionary<Type, Func<Codec>> Generated = new();
    private static readonly ConcurrentDictionary<Type, Type> GeneratedGeneric = new();
    private static readonly ConcurrentDictionary<Type, Codec> Made = new();

    private static readonly MethodInfo Of = typeof(Codecs).GetMethod(nameof(Codecs.Of))!;

    /// <summary>Has the types of an assembly known by their names.</summary>
    /// <exception cref="OrleansConfigurationException">Two types have one name.</exception>
    public static void Register(Assembly assembly)
    {
        if (Assemblies.ContainsKey(assembly))
            return;
        if (assembly.GetCustomAttribute<GrainManifestAttribute>() is { } attribute)
        {
            var builder = new GrainManifestBuilder();
            ((IGrainManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!).Describe(builder);
            foreach (var (type, make) in builder.Codecs)
            {
                Generated[type] = make;
                TypeNames.Add(type);
            }

            foreach (var (type, codec) in builder.GenericCodecs)
            {
                GeneratedGeneric[type] = codec;
                TypeNames.Add(type);
            }
        }

        Assemblies.TryAdd(assembly, true);
    }

    /// <summary>The codec of a type that is known at run time only.</summary>
    /// <exception cref="Serialization.CodecNotFoundException">It has none.</exception>
    public static Codec For(Type type) => Made.GetOrAdd(
        type, static type => (Codec)Of.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!);

    /// <summary>The fields of an exception type that has a serializer; null if it has none.</summary>
    public static ExceptionFields? FieldsOf(Type exception)
    {
        Register(exception.Assembly);
        return Generated.TryGetValue(exception, out var make) ? make() as ExceptionFields : null;
    }

    /// <summary>Makes the codec of a type; null if it has none. Asked once a type.</summary>
    public static Codec? Create(Type type)
    {
        if (BuiltInCodecs.Find(type) is { } leaf)
            return leaf;
        if (type.IsEnum)
            return Make(typeof(EnumCodec<>), type);
        if (type.IsSZArray)
            return Make(typeof(ArrayCodec<>), type.GetElementType()!);
        if (type.IsConstructedGenericType && BuiltInCodecs.FindGeneric(type.GetGenericTypeDefinition()) is { } builtIn)
            return Make(builtIn, type.GetGenericArguments());
        if (type.IsAssignableTo(typeof(IAddressable)))
            return Make(typeof(ReferenceCodec<>), type);
        if (type.IsAssignableTo(typeof(Exception)))
            return Make(typeof(ExceptionCodec<>), type);

        Register(type.Assembly);
        if (Generated.TryGetValue(type, out var make))
            return make();
        if (type.IsConstructedGenericType && GeneratedGeneric.TryGetValue(type.GetGenericTypeDefinition(), out var codec))
            return Make(codec, type.GetGenericArguments());
        return type.IsInterface || type.IsAbstract || type == typeof(object) ? Make(typeof(PolymorphicCodec<>), type) : null;
    }

    private static Codec Make(Type codec, params Type[] arguments) =>
        (Codec)Activator.CreateInstance(codec.MakeGenericType(arguments), nonPublic: true)!;
}
