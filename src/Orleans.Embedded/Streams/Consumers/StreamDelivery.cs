using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Embedded;

/// <summary>What agents send to the grains that consume streams; filters see it under this name.</summary>
internal interface IStreamConsumerExtension
{
    Task DeliverBatch(IBatchContainer batch);

    Task ErrorInStream(Exception exception);
}

/// <summary>A batch on its way to a grain: a request like any other, which waits for its turn.</summary>
internal sealed class StreamDelivery(PersistentStreams provider, StreamSubscriber subscriber, IBatchContainer batch) : VoidRequest
{
    private static readonly MethodDescriptor Descriptor = new(
        typeof(IStreamConsumerExtension), nameof(IStreamConsumerExtension.DeliverBatch), CallOptions.None, 0, typeof(IBatchContainer));

    public override MethodDescriptor Method => Descriptor;

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => index == 0 ? batch : base.GetArgument(index);

    protected override ValueTask CallVoid(object target) => Activation.Current!.Streams.Deliver(provider, subscriber, batch, target);
}

/// <summary>News of something that was lost, on its way to a grain.</summary>
internal sealed class StreamErrorNotice(Guid subscriptionId, Exception exception) : VoidRequest
{
    private static readonly MethodDescriptor Descriptor = new(
        typeof(IStreamConsumerExtension), nameof(IStreamConsumerExtension.ErrorInStream), CallOptions.None, 0, typeof(Exception));

    public override MethodDescriptor Method => Descriptor;

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => index == 0 ? exception : base.GetArgument(index);

    protected override ValueTask CallVoid(object target) => new(Activation.Current!.Streams.OnError(subscriptionId, exception));
}

/// <summary>Sends what agents have for one grain, and remembers where it was found.</summary>
internal sealed class StreamConsumerAddress(GrainReference reference)
{
    public Task Send(VoidRequest request)
    {
        var silo = reference.Shared.Factory.Silo;
        ref var header = ref ((IMessage)request).Header;
        header.Target = reference;
        header.SentAt = silo.Clock.Milliseconds;
        if (reference.Cached is not { } activation || !activation.TryReceive(request))
            silo.Messages.Send(request);
        return request.Task;
    }
}
