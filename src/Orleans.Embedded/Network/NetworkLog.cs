using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What the connections between silos log.</summary>
internal sealed partial class NetworkLog(ILogger<SiloNetwork> logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(101, LogLevel.Information, "Silo {Address} listens for other silos.")]
    public partial void Listening(SiloAddress address);

    [LoggerMessage(102, LogLevel.Information, "Connected to silo {Silo}.")]
    public partial void Connected(SiloAddress silo);

    [LoggerMessage(103, LogLevel.Information, "Silo {Silo} has connected.")]
    public partial void Accepted(SiloAddress silo);

    [LoggerMessage(104, LogLevel.Warning, "No connection to silo {Silo}: {Reason}")]
    public partial void ConnectFailed(SiloAddress silo, string reason);

    [LoggerMessage(105, LogLevel.Warning, "The connection to silo {Silo} has ended; {Calls} calls had no answer: {Reason}")]
    public partial void ConnectionLost(SiloAddress silo, int calls, string reason);

    [LoggerMessage(106, LogLevel.Information, "The connection from silo {Silo} has ended: {Reason}")]
    public partial void IncomingEnded(SiloAddress silo, string reason);

    [LoggerMessage(107, LogLevel.Warning, "Someone at {EndPoint} was not let in: {Reason}")]
    public partial void Refused(EndPoint? endPoint, string reason);

    [LoggerMessage(108, LogLevel.Warning, "What silo {Silo} sent could not be handled.")]
    public partial void HandlerFailed(SiloAddress silo, Exception exception);

    [LoggerMessage(109, LogLevel.Warning, "The question {Kind} of silo {Silo} could not be answered.")]
    public partial void AskFailed(AskKind kind, SiloAddress silo, Exception exception);

    [LoggerMessage(110, LogLevel.Warning, "Accepting connections of other silos failed; it goes on.")]
    public partial void AcceptFailed(Exception exception);

    [LoggerMessage(111, LogLevel.Information, "Silo {Silo} is not talked to any more: {Reason}")]
    public partial void Dropped(SiloAddress silo, string reason);

    [LoggerMessage(113, LogLevel.Error, "A call could not be told that it was lost.")]
    public partial void TellLostFailed(Exception exception);

    [LoggerMessage(114, LogLevel.Debug, "Closing a connection failed.")]
    public partial void CloseFailed(Exception exception);

    [LoggerMessage(112, LogLevel.Information, "Silo {Address} listens no more; {Unanswered} calls of others had no answer by then.")]
    public partial void Closed(SiloAddress address, int unanswered);
}
