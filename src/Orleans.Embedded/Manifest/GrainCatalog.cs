using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>All grain interfaces and classes of the application, found by the attribute that generated code puts on assemblies.</summary>
internal sealed class GrainCatalog
{
    private readonly FrozenDictionary<Type, GrainInterface> _interfaces;
    private readonly FrozenDictionary<Type, GrainClass[]> _classesOfInterface;
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;
    private readonly Lazy<FrozenDictionary<string, GrainInterface>> _interfacesByName;
    private readonly Lazy<MethodTable> _methods;

    /// <exception cref="OrleansConfigurationException">Two classes have the same name in ids.</exception>
    public GrainCatalog(Silo silo)
    {
        var builder = new GrainManifestBuilder();
        foreach (var attribute in FindManifests())
        {
            CodecRegistry.Register(attribute.Manifest.Assembly);
            ((IGrainManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!).Describe(builder);
        }

        _methods = new(() => new MethodTable(builder));

        _interfaces = builder.Interfaces.DistinctBy(i => i.Type).ToFrozenDictionary(i => i.Type);
        _interfacesByName = new(() => _interfaces.Values.ToFrozenDictionary(i => i.Name));
        var classes = builder.Classes.DistinctBy(c => c.Type).Select(description => new GrainClass(silo, description)).ToList();
        foreach (var same in classes.GroupBy(c => c.GrainType).Where(group => group.Count() > 1))
        {
            throw new OrleansConfigurationException(
                $"The grain type '{same.Key}' stands for {string.Join(" and ", same.Select(c => c.Type))}: give one of them a [GrainType] of its own.");
        }

        _classes = classes.ToFrozenDictionary(c => c.GrainType);
        _classesOfInterface = classes
            .SelectMany(c => c.Interfaces.Select(i => (Interface: i, Class: c)))
            .GroupBy(pair => pair.Interface)
            .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Class).ToArray());
    }

    public IEnumerable<GrainClass> Classes => _classes.Values;

    /// <exception cref="ArgumentException">No generated code knows the interface.</exception>
    public GrainInterface InterfaceOf(Type type) => _interfaces.TryGetValue(type, out var found) ? found
        : throw new ArgumentException($"{type} is not a grain interface, or its project does not run the engine's generator.", nameof(type));

    /// <exception cref="ArgumentException">No generated code knows the interface.</exception>
    public Type InterfaceOf(string name) => _interfacesByName.Value.TryGetValue(name, out var found) ? found.Type
        : throw new ArgumentException($"'{name}' is not a grain interface here.", nameof(name));

    /// <summary>The methods that other silos may call; made when it is first asked for.</summary>
    /// <exception cref="OrleansConfigurationException">Two methods have one number in messages.</exception>
    public MethodTable Methods => _methods.Value;

    /// <summary>An empty request of a method that another silo calls; false if there is no such method here.</summary>
    public bool TryMakeRequest(ulong wireId, [NotNullWhen(true)] out IMessage? request) => Methods.TryMake(wireId, out request);

    public bool HasClass(GrainType type) => _classes.ContainsKey(type);

    /// <exception cref="ArgumentException">No class has this name.</exception>
    public GrainClass ClassOf(GrainType type) => _classes.TryGetValue(type, out var found) ? found
        : throw new ArgumentException($"Could not find a grain class for the grain type '{type}'.", nameof(type));

    /// <summary>The class that implements an interface: the only one, the one with this prefix, or the one named like the interface.</summary>
    /// <exception cref="ArgumentException">There is none, or more than one.</exception>
    public GrainClass ClassOf(Type interfaceType, string? prefix)
    {
        var candidates = _classesOfInterface.GetValueOrDefault(interfaceType) ?? [];
        if (prefix is not null)
            candidates = [.. candidates.Where(c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal) || c.Type.Name.StartsWith(prefix, StringComparison.Ordinal))];
        if (candidates.Length > 1 && candidates.Where(c => IsNamedLike(c.Type, interfaceType)).ToArray() is [var namesake])
            return namesake;
        return candidates switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}.", nameof(interfaceType)),
            _ => throw new ArgumentException($"Interface {interfaceType} is implemented by {string.Join(", ", candidates.Select(c => c.Type))}: name one by its prefix.", nameof(interfaceType)),
        };
    }

    public GrainInterface FirstInterfaceOf(GrainClass grainClass) => InterfaceOf(grainClass.Interfaces[0]);

    private static bool IsNamedLike(Type type, Type interfaceType) =>
        type.Namespace == interfaceType.Namespace && "I" + type.Name == interfaceType.Name;

    // Assemblies that are loaded, and what they refer to that is not loaded yet.
    private static IEnumerable<GrainManifestAttribute> FindManifests()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<Assembly>(AppDomain.CurrentDomain.GetAssemblies());
        while (pending.TryPop(out var assembly))
        {
            if (assembly.IsDynamic || !seen.Add(assembly.FullName!) || IsOfFramework(assembly.GetName()))
                continue;
            if (assembly.GetCustomAttribute<GrainManifestAttribute>() is { } attribute)
                yield return attribute;
            foreach (var name in assembly.GetReferencedAssemblies())
            {
                if (!seen.Contains(name.FullName) && !IsOfFramework(name) && TryLoad(name) is { } reference)
                    pending.Push(reference);
            }
        }
    }

    private static bool IsOfFramework(AssemblyName name) =>
        name.Name is "mscorlib" or "netstandard"
        || name.Name!.StartsWith("System.", StringComparison.Ordinal)
        || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (IOException)
        {
            // A reference that is not deployed has no grains for us.
            return null;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }
}
