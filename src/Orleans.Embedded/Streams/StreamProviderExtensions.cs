using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans
{
    /// <summary>Streams for grains.</summary>
    public static class GrainStreamingExtensions
    {
        /// <summary>The stream provider of this name.</summary>
        /// <exception cref="KeyNotFoundException">There is none.</exception>
        public static IStreamProvider GetStreamProvider(this Grain grain, string name) => ((IGrainBase)grain).GetStreamProvider(name);

        /// <inheritdoc cref="GetStreamProvider(Grain, string)"/>
        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return StreamProviderLookup.Find(grain.GrainContext.ActivationServices, name);
        }
    }

    /// <summary>Streams for clients.</summary>
    public static class ClientStreamingExtensions
    {
        /// <summary>The stream provider of this name.</summary>
        /// <exception cref="KeyNotFoundException">There is none.</exception>
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name)
        {
            ArgumentNullException.ThrowIfNull(client);
            return StreamProviderLookup.Find(client.ServiceProvider, name);
        }
    }
}

namespace Orleans.Streams
{
    /// <summary>Short forms of <see cref="IStreamProvider.GetStream{T}"/>.</summary>
    public static class StreamProviderExtensions
    {
        /// <summary>The stream of this key without a namespace.</summary>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, Guid id) =>
            streamProvider.GetStream<T>(StreamId.Create(null, id));

        /// <inheritdoc cref="GetStream{T}(IStreamProvider, Guid)"/>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, long id) =>
            streamProvider.GetStream<T>(StreamId.Create(null, id));

        /// <inheritdoc cref="GetStream{T}(IStreamProvider, Guid)"/>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string id) =>
            streamProvider.GetStream<T>(StreamId.Create(null, id));

        /// <summary>The stream of this namespace and key.</summary>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, Guid id) =>
            streamProvider.GetStream<T>(StreamId.Create(ns, id));

        /// <inheritdoc cref="GetStream{T}(IStreamProvider, string, Guid)"/>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, long id) =>
            streamProvider.GetStream<T>(StreamId.Create(ns, id));

        /// <inheritdoc cref="GetStream{T}(IStreamProvider, string, Guid)"/>
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, string id) =>
            streamProvider.GetStream<T>(StreamId.Create(ns, id));
    }

    internal static class StreamProviderLookup
    {
        public static IStreamProvider Find(IServiceProvider services, string name) =>
            services.GetKeyedService<IStreamProvider>(name)
            ?? throw new KeyNotFoundException($"There is no stream provider '{name}': add one to the silo (AddPersistentStreams).");
    }
}
