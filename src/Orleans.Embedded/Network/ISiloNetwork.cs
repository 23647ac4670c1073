using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Calls and answers between silos. There is one connection each way: the one that this silo dials carries its calls and
/// their answers, so that the loss of a connection is the loss of just the calls that were written on it.
/// </summary>
internal interface ISiloNetwork : IAsyncDisposable
{
    /// <summary>A connection could not be made, or broke, without this silo meaning it. Raised on any thread; quick.</summary>
    event Action<SiloAddress, Exception>? Unreachable;

    /// <summary>Where this silo is found. Its port is bound already, and refuses connections until <see cref="Start"/>.</summary>
    SiloAddress Address { get; }

    /// <summary>Calls of this silo that have no answer yet.</summary>
    int PendingCalls { get; }

    /// <summary>Whom neither to dial nor to let in, besides those of <see cref="Drop"/>; asked at each hello.</summary>
    Func<SiloAddress, bool>? IsKnownDead { get; set; }

    /// <summary>
    /// Sends a call; its id is for <see cref="Cancel"/>. Never throws: whatever went wrong is told by
    /// <see cref="IOutgoingCall.OnLost"/>, which may run before this returns.
    /// </summary>
    long Call(SiloAddress silo, IOutgoingCall call);

    /// <summary>
    /// Sends a call that wants no answer. <see cref="IOutgoingCall.OnLost"/> runs, before this returns, if it could not even
    /// be queued; what becomes of it later nobody is told.
    /// </summary>
    void Post(SiloAddress silo, IOutgoingCall call);

    /// <summary>Tells the other silo that nobody waits for a call any more.</summary>
    void Cancel(SiloAddress silo, long callId);

    /// <summary>Asks another silo's runtime something.</summary>
    /// <param name="limit">How long to wait, connecting included.</param>
    /// <exception cref="SiloUnavailableException">There is no connection; the cause is a <see cref="System.Net.Sockets.SocketException"/> where the system said so.</exception>
    /// <exception cref="TimeoutException">No answer within the limit.</exception>
    /// <exception cref="OrleansException">The other silo could not answer: it does not know this kind, or failed.</exception>
    Task<ReadOnlyMemory<byte>> Ask(
        SiloAddress silo, AskKind kind, ReadOnlyMemory<byte> body, TimeSpan limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says who answers a kind of question; before <see cref="Start"/>. The function begins on the connection's thread and
    /// must not block it; what it throws is told to the asker.
    /// </summary>
    void OnAsk(AskKind kind, Func<SiloAddress, ReadOnlyMemory<byte>, ValueTask<ReadOnlyMemory<byte>>> answer);

    /// <summary>Listens.</summary>
    void Start(IIncomingCalls calls);

    /// <summary>Takes no more calls, lets those under way be answered for as long as the token says, and closes.</summary>
    Task StopAsync(CancellationToken limit);

    /// <summary>A silo is dead: its calls are lost, its connections end, and there will be none with it again.</summary>
    void Drop(SiloAddress silo, Exception why);
}

/// <summary>What became of a call.</summary>
internal enum ReplyKind : byte
{
    /// <summary>Its result.</summary>
    Result = 0,

    /// <summary>The exception that the grain threw.</summary>
    Failure = 1,

    /// <summary>It was cancelled.</summary>
    Cancelled = 2,

    /// <summary>It was surely not executed: a <see cref="RejectionReason"/> and a text.</summary>
    Rejected = 3
}

/// <summary>Why a call was rejected; the numbers are part of the protocol.</summary>
internal enum RejectionReason : byte
{
    /// <summary>Its shape is not known there: it may come from a newer version.</summary>
    Unreadable = 1,

    /// <summary>The silo is stopping, or has not started.</summary>
    Stopping = 2,

    /// <summary>The silo has no such grain class.</summary>
    UnknownGrainType = 3,

    /// <summary>The queue of the activation is full.</summary>
    Overloaded = 4,

    /// <summary>It has been sent on too often.</summary>
    TooManyForwards = 5,

    /// <summary>The activation is not there.</summary>
    NotHere = 6
}

/// <summary>What the runtimes of silos ask each other; the numbers are part of the protocol.</summary>
internal enum AskKind : byte
{
    Probe = 1,

    /// <summary>Probe a third silo, whom the asker does not reach.</summary>
    ProbeFor = 2,

    ViewChanged = 3,
    DirectoryLookup = 10,
    DirectoryRegister = 11,
    DirectoryUnregister = 12,
    DirectoryCollect = 13,
    LoadReport = 20,
    SubscriptionsChanged = 30
}

/// <summary>A call that waits for the answer of another silo.</summary>
internal interface IOutgoingCall
{
    /// <summary>Someone has given up on it: it is forgotten, and its answer dropped.</summary>
    bool IsDone { get; }

    /// <summary>
    /// Writes its body, under the lock of the connection. What it throws is given to <see cref="OnLost"/> as it is, and
    /// nothing of the call is sent.
    /// </summary>
    void Write(ref WireWriter writer);

    /// <summary>The answer, on a thread of the network; quick.</summary>
    void OnReply(ReplyKind kind, ref WireReader reader);

    /// <summary>There will be no answer. It was surely not executed if nothing of it was handed to the socket, or the other silo said so.</summary>
    void OnLost(bool surelyNotExecuted, Exception why);
}

/// <summary>Takes the calls of other silos.</summary>
internal interface IIncomingCalls
{
    /// <summary>A call, on a thread of the network; quick. Whatever it throws is answered as a rejection of an unreadable call.</summary>
    void OnCall(ReplyTo replyTo, ref WireReader body);

    /// <summary>The caller of a call (<see cref="ReplyTo.CallId"/>) no longer waits. It may have been answered.</summary>
    void OnCancel(SiloAddress from, long callId);
}

/// <summary>Writes the body of an answer.</summary>
internal delegate void ReplyWriter<in TState>(ref WireWriter writer, TState state);

/// <summary>Where the answer of a call goes.</summary>
internal readonly struct ReplyTo
{
    private readonly IncomingConnection _connection;

    internal ReplyTo(IncomingConnection connection, long callId, bool wantsReply)
    {
        _connection = connection;
        CallId = callId;
        WantsReply = wantsReply;
    }

    /// <summary>The calling silo.</summary>
    public SiloAddress From => _connection.Remote;

    /// <summary>Unique among the calls of the silo in this life of it; 0 if it wants no answer.</summary>
    public long CallId { get; }

    public bool WantsReply { get; }

    /// <summary>
    /// Answers, once; nothing happens if no answer is wanted, or the connection has ended. If the writer throws, or writes
    /// more than a message may hold (<see cref="WireLimitException"/>), that is thrown here, nothing was sent, and another
    /// answer may be given.
    /// </summary>
    public void Reply<TState>(ReplyKind kind, TState state, ReplyWriter<TState> write)
    {
        if (WantsReply)
            _connection.Reply(CallId, kind, state, write);
    }
}
