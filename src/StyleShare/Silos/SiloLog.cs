using Microsoft.Extensions.Logging;

namespace StyleShare.Silos;

/// <summary>Log messages of this feature.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(6601, LogLevel.Information, "This silo drains: {Why}. It is not ready any more, and still serves.")]
    public static partial void DrainBegins(this ILogger log, string why);

    [LoggerMessage(6602, LogLevel.Information, "This silo has drained for {For}, and stops.")]
    public static partial void DrainEnds(this ILogger log, TimeSpan @for);

    [LoggerMessage(6603, LogLevel.Warning, "The registry of silos cannot be written; it is tried again.")]
    public static partial void RegistryFailed(this ILogger log, Exception exception);

    [LoggerMessage(6604, LogLevel.Information, "The registry of silos can be written again.")]
    public static partial void RegistryBack(this ILogger log);

    [LoggerMessage(6605, LogLevel.Information, "This silo could not be taken off the registry; others remove it.")]
    public static partial void LeavingFailed(this ILogger log, Exception exception);

    [LoggerMessage(6606, LogLevel.Information, "{Silos} silos that were not seen any more are removed from the registry.")]
    public static partial void Forgotten(this ILogger log, int silos);

    [LoggerMessage(6607, LogLevel.Information, "Silo {Silo} is asked to drain.")]
    public static partial void DrainAsked(this ILogger log, Guid silo);

    [LoggerMessage(6608, LogLevel.Information, "The load asks for {Wanted} silos, not for {Before}: {Reasons}.")]
    public static partial void Wanted(this ILogger log, int wanted, int before, string reasons);

    [LoggerMessage(6609, LogLevel.Warning, "How many silos the load asks for could not be looked at; it is tried again.")]
    public static partial void SampleFailed(this ILogger log, Exception exception);
}
