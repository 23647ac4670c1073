using System.ComponentModel;
using System.Diagnostics;
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
        if (IsFiltered)
            return CallFiltered(request);

        Prepare(request);
        if (request.Method.IsReadOnly && InlineTurn.TryEnter(Find(), request, out var turn))
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

    // A reference made for one call, as endpoints make them, knows of no activation yet.
    private Activation? Find() => Cached ??= Shared.Class.Find(Key);

    private void Prepare(IMessage message)
    {
        ref var header = ref message.Header;
        header.Target = this;
        header.Origin = Activation.Current;
        header.Context = RequestContext.Current;
        header.SentAt = Shared.Factory.Silo.Clock.Milliseconds;
    }

    private void Send(IMessage request)
    {
        if (request.Method.TakesToken && !CallCancellation.Begin(request))
            return;
        if (Cached is not { } activation || !activation.TryReceive(request))
            Shared.Factory.Silo.Messages.Send(request);
    }

    private Task CallOneWay(VoidRequest request)
    {
        // Nobody will look at the outcome; a failure must not surface as an unobserved exception.
        ((IMessage)request).WhenDone(static (_, _) => { }, request);
        if (IsFiltered)
        {
            _ = CallFiltered(request);
            return Task.CompletedTask;
        }

        Prepare(request);
        Send(request);
        return Task.CompletedTask;
    }

    private bool IsFiltered => Filters.Length != 0 || CallTracing.IsOn(Shared.Factory.Silo);

    private IOutgoingGrainCallFilter[] Filters => Shared.FactoryOf(Activation.Current).OutgoingFilters;

    private async Task<T> CallFiltered<T>(Request<T> request)
    {
        Prepare(request);
        var call = new OutgoingCall(request, Filters, async _ =>
        {
            ((IMessage)request).Header.Context = RequestContext.ToSend(Activity.Current);
            Send(request);
            return request.Method.IsOneWay ? null : await request.Task;
        });
        using var activity = CallTracing.IsOn(Shared.Factory.Silo) ? CallTracing.StartClient(request, call) : null;
        try
        {
            await call.Invoke();
        }
        catch (Exception exception)
        {
            CallTracing.Fail(activity, exception);
            throw;
        }

        return call.Result is T result ? result : default!;
    }
}
