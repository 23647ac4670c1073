using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Streams;

namespace Orleans.Providers.Streams.Common;

/// <summary>Makes a <see cref="SimpleQueueCache"/> for each queue.</summary>
public class SimpleQueueAdapterCache : IQueueAdapterCache
{
    private readonly int _size;
    private readonly ILogger _logger;

    /// <summary>Makes them of the options' size.</summary>
    public SimpleQueueAdapterCache(SimpleQueueCacheOptions options, string providerName, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(options);
        _size = options.CacheSize;
        _logger = loggerFactory.CreateLogger($"{typeof(SimpleQueueCache).FullName}.{providerName}");
    }

    /// <inheritdoc/>
    public IQueueCache CreateQueueCache(QueueId queueId) => new SimpleQueueCache(_size, _logger);
}
