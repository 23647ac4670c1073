using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>Makes references for one kind of caller: the grains and the co-hosted client of a silo, or a client apart.</summary>
internal sealed class GrainFactory(Silo silo, int responseTimeout, IServiceProvider services, IOutgoingGrainCallFilter[] outgoingFilters)
    : IClusterClient
{
    private readonly ConcurrentDictionary<Type, GrainReferenceShared> _byInterface = new();
    private readonly ConcurrentDictionary<(GrainClass, Type), GrainReferenceShared> _byClass = new();

    public Silo Silo => silo;

    // In milliseconds.
    public int ResponseTimeout => responseTimeout;

    public IOutgoingGrainCallFilter[] OutgoingFilters => outgoingFilters;

    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        (TGrainInterface)(object)MakeReference(typeof(TGrainInterface), GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        (TGrainInterface)(object)MakeReference(typeof(TGrainInterface), GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return (TGrainInterface)(object)MakeReference(typeof(TGrainInterface), IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)MakeReference(typeof(TGrainInterface), silo.Catalog.ClassOf(grainId.Type), grainId.Key);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        (IGrain)(object)MakeReference(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        (IGrain)(object)MakeReference(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        return (IGrain)(object)MakeReference(grainInterfaceType, IdSpan.Create(grainPrimaryKey), null);
    }

    /// <summary>A reference through the first of a class' interfaces, for those that only need an address.</summary>
    public GrainReference MakeReference(GrainClass grainClass, IdSpan key) => MakeReference(grainClass.Interfaces[0], grainClass, key);

    /// <exception cref="InvalidCastException">The class does not implement the interface.</exception>
    public GrainReference MakeReference(Type interfaceType, GrainClass grainClass, IdSpan key)
    {
        var shared = _byClass.GetOrAdd((grainClass, interfaceType), static (pair, self) => new GrainReferenceShared(
            self,
            pair.Item1,
            self.Silo.Catalog.InterfaceOf(pair.Item1.Interfaces.Contains(pair.Item2)
                ? pair.Item2
                : throw new InvalidCastException($"{pair.Item1.Type} does not implement {pair.Item2}."))), this);
        return shared.Interface.MakeReference(shared, key);
    }

    private GrainReference MakeReference(Type interfaceType, IdSpan key, string? prefix)
    {
        if (prefix is not null)
            return MakeReference(interfaceType, silo.Catalog.ClassOf(interfaceType, prefix), key);
        var shared = _byInterface.GetOrAdd(interfaceType, static (type, self) => new GrainReferenceShared(
            self, self.Silo.Catalog.ClassOf(type, null), self.Silo.Catalog.InterfaceOf(type)), this);
        return shared.Interface.MakeReference(shared, key);
    }
}
