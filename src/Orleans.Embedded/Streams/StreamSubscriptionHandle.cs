using Orleans.Runtime;

namespace Orleans.Streams
{
    /// <summary>A subscription of a grain to a stream.</summary>
    public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>>
    {
        /// <summary>The stream.</summary>
        public abstract StreamId StreamId { get; }

        /// <summary>The provider of the stream.</summary>
        public abstract string ProviderName { get; }

        /// <summary>Identifies the subscription.</summary>
        public abstract Guid HandleId { get; }

        /// <summary>Ends the subscription.</summary>
        public abstract Task UnsubscribeAsync();

        /// <summary>Has the events of the subscription come to an observer of this activation.</summary>
        public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

        /// <summary>Has the events of the subscription come to an observer of this activation, all of a batch at once.</summary>
        public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null);

        /// <inheritdoc/>
        public abstract bool Equals(StreamSubscriptionHandle<T>? other);
    }
}

namespace Orleans.Streams.Core
{
    /// <summary>A grain that is told when an event of a subscription comes that it has no observer for yet.</summary>
    public interface IStreamSubscriptionObserver
    {
        /// <summary>The place to call <see cref="StreamSubscriptionHandle{T}.ResumeAsync(IAsyncObserver{T}, StreamSequenceToken)"/>.</summary>
        Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
    }

    /// <summary>Makes the handle of a subscription, once the type of its events is known.</summary>
    public interface IStreamSubscriptionHandleFactory
    {
        /// <summary>The stream.</summary>
        StreamId StreamId { get; }

        /// <summary>The provider of the stream.</summary>
        string ProviderName { get; }

        /// <summary>Identifies the subscription.</summary>
        GuidId SubscriptionId { get; }

        /// <summary>The handle.</summary>
        StreamSubscriptionHandle<T> Create<T>();
    }
}
