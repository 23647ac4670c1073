using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What the engine logs.</summary>
internal sealed partial class SiloLog(ILogger<Silo> logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(1, LogLevel.Information, "Silo {Address} started with {Classes} grain classes.")]
    public partial void Started(SiloAddress address, int classes);

    [LoggerMessage(2, LogLevel.Information, "Silo {Address} stopped; {Left} activations had not ended by then.")]
    public partial void Stopped(SiloAddress address, int left);

    [LoggerMessage(3, LogLevel.Warning, "The activation of {Grain} failed; the calls that waited for it fail with it.")]
    public partial void ActivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The deactivation of {Grain} failed or took too long; it ended all the same.")]
    public partial void DeactivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The deactivation of {Grain} no longer waits for the requests in it. Runs now: {Request}")]
    public partial void DeactivationForced(GrainId grain, string request);

    [LoggerMessage(6, LogLevel.Warning, "Disposing of the instance of {Grain} failed.")]
    public partial void DisposeFailed(GrainId grain, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Code of {Grain} that belongs to no call threw.")]
    public partial void TurnFailed(GrainId grain, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "A timer of {Grain} threw; it goes on.")]
    public partial void TimerFailed(GrainId grain, Exception exception);

    [LoggerMessage(9, LogLevel.Debug, "Collected {Count} idle activations in {Milliseconds} ms.")]
    public partial void Collected(int count, long milliseconds);

    [LoggerMessage(10, LogLevel.Warning, "Memory runs short ({Usage:F0} % in use): {Count} of the idlest activations are ended.")]
    public partial void Shed(int count, double usage);

    [LoggerMessage(12, LogLevel.Warning, "The directory did not take back the claim of {Grain}.")]
    public partial void UnregisterFailed(GrainId grain, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "{Loop} of the silo failed; it is tried again.")]
    public partial void LoopFailed(string loop, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "The silo {Silo} did not say which grains it holds; the directory goes on without.")]
    public partial void DirectoryPassedOver(SiloAddress silo, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "{Count} grains of the silo {Silo} are active elsewhere too; it ends them.")]
    public partial void DuplicatesFound(int count, SiloAddress silo);

    [LoggerMessage(15, LogLevel.Warning, "{Count} grains of the silo {Silo} are active elsewhere too, and it could not be told.")]
    public partial void DuplicatesRemain(int count, SiloAddress silo, Exception exception);

    [LoggerMessage(30, LogLevel.Information, "The silo {Silo} has not heard of a change of a stream's subscriptions; it is told again.")]
    public partial void SubscriptionNewsLate(SiloAddress silo, Exception exception);
}
