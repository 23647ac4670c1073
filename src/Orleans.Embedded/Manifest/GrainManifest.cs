using System.ComponentModel;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Says that an assembly has grains, and where generated code lists them.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestAttribute : Attribute
{
    /// <summary>The list: a type that implements <see cref="IGrainManifest"/>.</summary>
    public GrainManifestAttribute(Type manifest) => Manifest = manifest;

    /// <summary>The list.</summary>
    public Type Manifest { get; }
}

/// <summary>The grains of one assembly; implemented by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGrainManifest
{
    /// <summary>Lists them.</summary>
    void Describe(GrainManifestBuilder builder);
}

/// <summary>Collects the grain interfaces and classes that a silo knows.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestBuilder
{
    internal List<GrainInterface> Interfaces { get; } = [];

    internal List<GrainClassDescription> Classes { get; } = [];

    internal List<Action<GrainManifestBuilder>> MethodLists { get; } = [];

    internal List<(MethodDescriptor Method, Func<object> Make)> Methods { get; } = [];

    internal List<(Type Type, Func<Codec> Make)> Codecs { get; } = [];

    internal List<(Type Type, Type Codec)> GenericCodecs { get; } = [];

    /// <summary>Adds an interface and the maker of references through it.</summary>
    public void AddInterface(Type type, string name, Func<GrainReferenceShared, IdSpan, GrainReference> makeReference) =>
        Interfaces.Add(new GrainInterface(type, name, makeReference));

    /// <summary>Adds a class, its grain interfaces and the maker of its instances.</summary>
    public void AddClass(Type type, Type[] interfaces, Func<IServiceProvider, IGrainContext, object> create) =>
        Classes.Add(new GrainClassDescription(type, interfaces, create));

    /// <summary>Adds what lists the methods of an interface; asked for when the silo has others beside it.</summary>
    public void AddMethods(Action<GrainManifestBuilder> list) => MethodLists.Add(list);

    /// <summary>Adds a method and the maker of its requests.</summary>
    public void AddMethod(MethodDescriptor method, Func<object> makeRequest) => Methods.Add((method, makeRequest));

    /// <summary>Adds a message type and the maker of its codec.</summary>
    public void AddCodec(Type type, Func<Codec> make) => Codecs.Add((type, make));

    /// <summary>Adds a generic message type and the type of its codec, generic in the same types.</summary>
    public void AddGenericCodec(Type type, Type codec) => GenericCodecs.Add((type, codec));
}

/// <summary>A grain interface.</summary>
internal sealed class GrainInterface(Type type, string name, Func<GrainReferenceShared, IdSpan, GrainReference> makeReference)
{
    public Type Type => type;

    public string Name => name;

    public GrainInterfaceType InterfaceType { get; } = GrainInterfaceType.Create(name);

    public Func<GrainReferenceShared, IdSpan, GrainReference> MakeReference => makeReference;
}

/// <summary>A grain class as its assembly describes it.</summary>
internal sealed record GrainClassDescription(Type Type, Type[] Interfaces, Func<IServiceProvider, IGrainContext, object> Create);
