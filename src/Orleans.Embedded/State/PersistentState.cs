using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Embedded;

/// <summary>Makes the states that grain constructors ask for; called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PersistentStates
{
    internal const string DefaultStorage = "Default";

    /// <summary>A state of a grain, to be read before the grain is activated.</summary>
    /// <exception cref="OrleansConfigurationException">No storage of the name is registered.</exception>
    public static IPersistentState<T> Create<T>(IGrainContext context, string stateName, string? storageName)
    {
        var activation = Activation.Of(context);
        var storage = activation.Class.Silo.Services.GetKeyedService<IGrainStorage>(storageName ?? DefaultStorage)
            ?? (storageName is null ? activation.Class.Silo.Services.GetService<IGrainStorage>() : null)
            ?? throw new OrleansConfigurationException(
                $"No grain storage named '{storageName ?? DefaultStorage}' is registered; {activation.Class.Type} keeps its state '{stateName}' there.");
        var state = new PersistentState<T>(stateName, activation, storage);
        activation.LifecycleOfActivation.Subscribe(stateName, GrainLifecycle.SetupState, _ => state.ReadStateAsync());
        return state;
    }
}

/// <summary>A state of an activation.</summary>
internal sealed class PersistentState<T> : IPersistentState<T>, IGrainState<T>
{
    private readonly string _name;
    private readonly Activation _activation;
    private readonly IGrainStorage _storage;
    private T? _state;
    private bool _isSet;

    public PersistentState(string name, Activation activation, IGrainStorage storage)
    {
        _name = name;
        _activation = activation;
        _storage = storage;
    }

    public T State
    {
        get
        {
            if (!_isSet)
                State = CreateDefault();
            return _state!;
        }

        set
        {
            _state = value;
            _isSet = true;
        }
    }

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }

    string? Core.IStorage.Etag => ETag;

    public Task ReadStateAsync() => _storage.ReadStateAsync(_name, _activation.GrainId, this);

    public Task WriteStateAsync() => _storage.WriteStateAsync(_name, _activation.GrainId, this);

    public async Task ClearStateAsync()
    {
        await _storage.ClearStateAsync(_name, _activation.GrainId, this);
        if (!RecordExists)
            State = CreateDefault();
    }

    // As Orleans: a new one where the type has a constructor for it.
    private static T CreateDefault() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>() : default!;
}
