using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using StyleShare.Objects;
using StyleShare.Storage;

namespace StyleShare.Api.Conventions;

/// <summary>Answers what is expected to be thrown: a rule's no, a broken request, a store or a grain that cannot be reached.</summary>
/// <remarks>Whatever is not here is a defect: the framework logs it as unhandled, and the client gets a bare 500.</remarks>
internal sealed class ExceptionProblems(ILogger<ExceptionProblems> log) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case Refusal refusal:
                await Problems.Write(http, refusal);
                return true;
            case BadHttpRequestException bad:
                http.Response.StatusCode = bad.StatusCode;
                await Problems.OfStatus(http);
                return true;
            case OutcomeUnknownException:
                await NotServed(http, exception, "outcome_unknown", "It may have been done or not; ask again with the same Idempotency-Key.");
                return true;
            case InconsistentStateException:
                await NotServed(http, exception, "try_again", "Something else changed it at the same time; nothing was done.");
                return true;
            case TimeoutException:
                await NotServed(http, exception, "timeout", "It took too long, and may have been done or not.");
                return true;
            case ConnectionResetException:
            case OperationCanceledException or IOException when http.RequestAborted.IsCancellationRequested:
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                // Else the server would try to read what is left of the body, and log an error that it cannot.
                http.Abort();
                return true;
            case OperationCanceledException:
                await NotServed(http, exception, "unavailable", "It was given up half way, and may have been done or not.");
                return true;
            case not null when PostgresErrors.IsAway(exception):
                await NotServed(http, exception, "storage_unavailable", "The database cannot be reached now.");
                return true;
            case ObjectStoreUnavailable:
                await NotServed(http, exception, "objects_unavailable", "The store of photos and documents cannot be reached now.");
                return true;
            case OrleansException:
                await NotServed(http, exception, "unavailable", "It cannot be done now.");
                return true;
            default:
                return false;
        }
    }

    private Task NotServed(HttpContext http, Exception exception, string code, string detail)
    {
        log.NotServed(exception, code, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        return Problems.Unavailable(http, code, detail);
    }
}
