using System.ComponentModel;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The base of generated references.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainProxy : GrainReference
{
    /// <summary>A reference to the grain with this key.</summary>
    protected GrainProxy(GrainReferenceShared shared, IdSpan key)
        : base(shared, key)
    {
    }

    /// <summary>Calls a method with a result.</summary>
    protected Task<T> Call<T>(Request<T> request)
    {
        var factory = Shared.Factory;
        if (factory.OutgoingFilters.Length != 0)
            return CallFiltered(request, factory.OutgoingFilters);

        Prepare(request);
        if (request.Method.IsReadOnly && InlineTurn.TryEnter(Cached, request, out var turn))
        {
            var answered = request.TryRun(turn.Instance, out var call);
            if (!answered)
                turn.Leave(request, call);
            else
                turn.Leave();
            return answered ? call.AsTask() : request.Task;
        }

        Send(request);
        return request.Task;
    }

    /// <summary>Calls a method without a result.</summary>
    protected Task Call(VoidRequest request) => request.Method.IsOneWay ? CallOneWay(request) : Call<Nothing>(request);

    private void Prepare(Request request)
    {
        request.Target = this;
        request.Sender = Activation.Current;
        request.Context = RequestContext.Current;
        request.SentAt = Shared.Factory.Silo.Clock.Milliseconds;
    }

    private void Send(Request request)
    {
        if (request.CancellationToken.CanBeCanceled && !CallCancellation.Begin(request))
            return;
        if (Cached is not { } activation || !activation.TryReceive(request))
            Shared.Factory.Silo.Messages.Send(request);
    }

    private Task CallOneWay(VoidRequest request)
    {
        // Nobody will look at the outcome; a failure must not surface as an unobserved exception.
        request.WhenDone(static task => _ = ((Task)task!).Exception, request.Task);
        if (Shared.Factory.OutgoingFilters is { Length: not 0 } filters)
        {
            _ = CallFiltered(request, filters);
            return Task.CompletedTask;
        }

        Prepare(request);
        Send(request);
        return Task.CompletedTask;
    }

    private async Task<T> CallFiltered<T>(Request<T> request, IOutgoingGrainCallFilter[] filters)
    {
        Prepare(request);
        var call = new OutgoingCall(request, filters, async _ =>
        {
            request.Context = RequestContext.Current;
            Send(request);
            return request.Method.IsOneWay ? null : await request.Task;
        });
        await call.Invoke();
        return call.Result is T result ? result : default!;
    }
}
