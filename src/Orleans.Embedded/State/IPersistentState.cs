namespace Orleans.Core
{
    /// <summary>A grain's record in a storage.</summary>
    public interface IStorage
    {
        /// <summary>The version that was read or written last.</summary>
        string? Etag { get; }

        /// <summary>Whether the storage holds it.</summary>
        bool RecordExists { get; }

        /// <summary>Removes it.</summary>
        Task ClearStateAsync();

        /// <summary>Writes the state as it is now.</summary>
        Task WriteStateAsync();

        /// <summary>Reads it again.</summary>
        Task ReadStateAsync();
    }

    /// <summary>A grain's record in a storage, with its state.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The state in memory.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A state that is injected into a grain and read before <c>OnActivateAsync</c>.</summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>What a state is called, and where it is kept.</summary>
    public interface IPersistentStateConfiguration
    {
        /// <summary>The name within the grain.</summary>
        string StateName { get; }

        /// <summary>The name of the storage; null for the default one.</summary>
        string? StorageName { get; }
    }

    /// <summary>Marks a constructor's parameter as a state of the grain.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute : Attribute, IPersistentStateConfiguration
    {
        /// <summary>A state of this name, in the storage of that name or else the default one.</summary>
        public PersistentStateAttribute(string stateName, string? storageName = null)
        {
            ArgumentNullException.ThrowIfNull(stateName);
            StateName = stateName;
            StorageName = storageName;
        }

        /// <inheritdoc/>
        public string StateName { get; }

        /// <inheritdoc/>
        public string? StorageName { get; }
    }
}
