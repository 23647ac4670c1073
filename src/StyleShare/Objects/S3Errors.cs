using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace StyleShare.Objects;

/// <summary>What errors of S3 mean.</summary>
internal static class S3Errors
{
    /// <summary>Does it; what may go better later is <see cref="ObjectStoreUnavailable"/>.</summary>
    public static async Task<T> Calling<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && IsPassing(e))
        {
            throw new ObjectStoreUnavailable("The object store cannot be used now.", e);
        }
    }

    /// <summary>Whether there is no such object.</summary>
    public static bool IsAbsent(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode is not "NoSuchBucket";

    // The SDK tried what it could by then. An answer that says no to us (a wrong key, no such bucket) stays what it is.
    private static bool IsPassing(Exception error) => error switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => true,
        AmazonServiceException { ErrorCode: "RequestTimeout" or "SlowDown" or "Throttling" or "RequestTimeTooSkewed" } => true,
        AmazonServiceException service when (int)service.StatusCode >= 500 => true,
        AmazonServiceException service when (int)service.StatusCode >= 400 => false,
        AmazonClientException { InnerException: { } inner } => IsPassing(inner),
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
