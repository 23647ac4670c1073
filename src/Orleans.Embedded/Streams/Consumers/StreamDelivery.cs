using Microsoft.Extensions.DependencyInjection;
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
internal sealed class StreamDelivery : VoidRequest
{
    public static readonly MethodDescriptor Descriptor = new(
        typeof(IStreamConsumerExtension), nameof(IStreamConsumerExtension.DeliverBatch), CallOptions.None, 0, typeof(IBatchContainer));

    private PersistentStreams _provider = null!;
    private StreamSubscriber _subscriber = null!;
    private IBatchContainer _batch = null!;

    /// <summary>One that is to be read.</summary>
    public StreamDelivery()
    {
    }

    public StreamDelivery(PersistentStreams provider, StreamSubscriber subscriber, IBatchContainer batch)
    {
        _provider = provider;
        _subscriber = subscriber;
        _batch = batch;
    }

    public override MethodDescriptor Method => Descriptor;

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => index == 0 ? _batch : base.GetArgument(index);

    protected override ValueTask CallVoid(object target) => Activation.Current!.Streams.Deliver(_provider, _subscriber, _batch, target);

    protected override void WriteArguments(ref WireWriter writer)
    {
        writer.WriteString(_provider.Name);
        Codecs.Of<StreamSubscriber?>().Write(ref writer, _subscriber);
        Codecs.Of<IBatchContainer?>().Write(ref writer, _batch);
    }

    protected override void ReadArguments(ref WireReader reader)
    {
        var name = reader.ReadString();
        _provider = reader.Silo.Services.GetKeyedService<PersistentStreams>(name)
            ?? throw new WireFormatException($"There is no stream provider '{name}' here.");
        _subscriber = Codecs.Of<StreamSubscriber?>().Read(ref reader) ?? throw new WireFormatException("The subscription of a batch is missing.");
        _batch = Codecs.Of<IBatchContainer?>().Read(ref reader) ?? throw new WireFormatException("A batch is missing.");
    }
}

/// <summary>News of something that was lost, on its way to a grain.</summary>
internal sealed class StreamErrorNotice : VoidRequest
{
    public static readonly MethodDescriptor Descriptor = new(
        typeof(IStreamConsumerExtension), nameof(IStreamConsumerExtension.ErrorInStream), CallOptions.None, 0, typeof(Exception));

    private Guid _subscriptionId;
    private Exception _exception = null!;

    /// <summary>One that is to be read.</summary>
    public StreamErrorNotice()
    {
    }

    public StreamErrorNotice(Guid subscriptionId, Exception exception)
    {
        _subscriptionId = subscriptionId;
        _exception = exception;
    }

    public override MethodDescriptor Method => Descriptor;

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => index == 0 ? _exception : base.GetArgument(index);

    protected override ValueTask CallVoid(object target) => new(Activation.Current!.Streams.OnError(_subscriptionId, _exception));

    protected override void WriteArguments(ref WireWriter writer)
    {
        writer.WriteGuid(_subscriptionId);
        ExceptionCodec.Write(ref writer, _exception);
    }

    protected override void ReadArguments(ref WireReader reader)
    {
        _subscriptionId = reader.ReadGuid();
        _exception = ExceptionCodec.Read(ref reader) ?? throw new WireFormatException("The exception of a notice is missing.");
    }
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
