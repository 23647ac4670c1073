using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A state as it passes between a grain and its storage.</summary>
    public interface IGrainState<T>
    {
        /// <summary>The state.</summary>
        T State { get; set; }

        /// <summary>The version that was read or written last; null if there is no record.</summary>
        string? ETag { get; set; }

        /// <summary>Whether the storage holds it.</summary>
        bool RecordExists { get; set; }
    }

    /// <summary>An <see cref="IGrainState{T}"/> with nothing else to it.</summary>
    public sealed class GrainState<T> : IGrainState<T>
    {
        /// <summary>No state yet.</summary>
        public GrainState()
            : this(default!)
        {
        }

        /// <summary>A state that was never stored.</summary>
        public GrainState(T state)
            : this(state, null)
        {
        }

        /// <summary>A state of a version.</summary>
        public GrainState(T state, string? eTag)
        {
            State = state;
            ETag = eTag;
        }

        /// <inheritdoc/>
        public T State { get; set; }

        /// <inheritdoc/>
        public string? ETag { get; set; }

        /// <inheritdoc/>
        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>Keeps the states of grains; registered as a keyed service by its name.</summary>
    public interface IGrainStorage
    {
        /// <summary>Reads a state; leaves the defaults where there is no record.</summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Writes a state over the version that was read.</summary>
        /// <exception cref="InconsistentStateException">The storage holds another version.</exception>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Removes the record of the version that was read.</summary>
        /// <exception cref="InconsistentStateException">The storage holds another version.</exception>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }

    /// <summary>A write named a version that the storage no longer holds: someone else wrote in between.</summary>
    [GenerateSerializer]
    public class InconsistentStateException : OrleansException
    {
        /// <summary>An exception without a text of its own.</summary>
        public InconsistentStateException()
            : this("The stored state is of another version.")
        {
        }

        /// <summary>An exception with a text.</summary>
        public InconsistentStateException(string message)
            : base(message)
        {
        }

        /// <summary>An exception with a text and a cause.</summary>
        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException)
        {
        }

        /// <summary>An exception that names both versions.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>An exception that names both versions.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null)
        {
        }

        // The activation that it came from ends with it, not those that it passes on its way to the caller.
        [Id(2)]
        internal bool IsSourceActivation { get; set; } = true;

        /// <summary>The version in the storage, if it is known.</summary>
        [Id(0)]
        public string? StoredEtag { get; }

        /// <summary>The version that the writer had read.</summary>
        [Id(1)]
        public string? CurrentEtag { get; }
    }
}
