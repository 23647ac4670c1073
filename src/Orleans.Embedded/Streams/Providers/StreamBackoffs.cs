using Orleans.Internal;

namespace Orleans.Runtime.Providers;

/// <summary>How long to wait before an event is delivered again.</summary>
public interface IMessageDeliveryBackoffProvider : IBackoffProvider;

/// <summary>How long to wait before a queue is read again that could not be read.</summary>
public interface IQueueReaderBackoffProvider : IBackoffProvider;
