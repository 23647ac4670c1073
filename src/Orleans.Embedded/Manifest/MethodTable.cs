using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The methods that other silos may call, by the numbers that they have in messages.</summary>
internal sealed class MethodTable
{
    private readonly FrozenDictionary<ulong, Func<object>> _makers;

    /// <exception cref="OrleansConfigurationException">Two methods have one number.</exception>
    public MethodTable(GrainManifestBuilder builder)
    {
        foreach (var list in builder.MethodLists)
            list(builder);
        builder.AddMethod(StreamDelivery.Descriptor, static () => new StreamDelivery());
        builder.AddMethod(StreamErrorNotice.Descriptor, static () => new StreamErrorNotice());

        var known = new Dictionary<ulong, (MethodDescriptor Method, Func<object> Make)>();
        foreach (var (method, make) in builder.Methods)
        {
            // Interfaces have the methods of those that they derive from, too: any of the requests will do.
            if (!known.TryAdd(method.WireId, (method, make)) && known[method.WireId].Method.Signature != method.Signature)
            {
                throw new OrleansConfigurationException(
                    $"{known[method.WireId].Method.Signature} and {method.Signature} have one number in messages: rename one of them.");
            }
        }

        Methods = [.. known.Values.Select(entry => entry.Method)];
        _makers = known.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.Make);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<MethodDescriptor> Methods { get; }

    /// <summary>An empty request of a method; false if no method has the number here.</summary>
    public bool TryMake(ulong wireId, [NotNullWhen(true)] out IMessage? request)
    {
        request = _makers.TryGetValue(wireId, out var make) ? (IMessage)make() : null;
        return request is not null;
    }
}
