using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using StyleShare.Requests;

namespace StyleShare.Api.Conventions;

/// <summary>Marks endpoints whose callers must send an <c>Idempotency-Key</c>: those that move points.</summary>
internal sealed class NeedsIdempotencyKey
{
    public static readonly NeedsIdempotencyKey Mark = new();
}

/// <summary>Holds POSTs to their <c>Idempotency-Key</c>: what was done once is not done again, and is answered as it was.</summary>
/// <remarks>
/// What is stored is the grain's answer, by the change that the request makes; a replay shows it by the same code. Of the
/// refusals, those that come from a rule are stored here, so that a retry sees what the first one saw; what passes by itself
/// (401, 403, 429, 5xx) or is wrong with the request alone (400, 413, 415) is not.
/// </remarks>
internal sealed class Idempotency(IGrainFactory grains, ILogger<Idempotency> log)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";
    private const int MaxKeyLength = 255;
    private const byte RefusalMark = (byte)'!'; // no JSON begins with it

    /// <summary>Keeps what tells two requests with one key apart, while the body is at hand.</summary>
    public static void Remember(HttpContext http, ReadOnlySequence<byte> body)
    {
        if (http.Request.Headers.ContainsKey(Header))
            http.Items[typeof(Idempotency)] = Fingerprint(http.Request, body);
    }

    /// <summary>Does what is asked, or shows the answer that was given the first time.</summary>
    /// <param name="http">The request; its body was read by <see cref="Bodies"/>.</param>
    /// <param name="type">How the answer is stored, as the grain gives it to its change.</param>
    /// <param name="act">Does it; the change that it makes stores the answer under the key.</param>
    /// <param name="show">Shows the answer.</param>
    /// <param name="isOneChange">
    /// Whether all that it does is the change that stores the answer. Then nothing is looked up before: of a request that was
    /// answered already, the database refuses the change by the answer's key. It saves each new one a query.
    /// </param>
    public async Task Run<T>(
        HttpContext http, JsonTypeInfo<T> type, Func<RequestKey?, Task<T>> act, Func<T, Task> show, bool isOneChange = false)
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0)
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<NeedsIdempotencyKey>() is not null)
                await Problems.Write(http, 400, "idempotency_key_required", "This call needs an Idempotency-Key.");
            else
                await show(await act(null));
            return;
        }

        if (header.Count > 1 || !IsKey(header[0]))
        {
            await Problems.Write(http, 400, "bad_idempotency_key", "Idempotency-Key must be 1 to 255 visible ASCII characters.");
            return;
        }

        var key = KeyOf(http, header[0]!);
        var request = grains.GetGrain<IRequestGrain>(key.Id);
        var status = isOneChange ? await request.BeginUnseen(key) : await request.Begin(key);
        if (status.State == RequestState.New)
        {
            try
            {
                await show(await First(request, key, act));
                return;
            }
            catch (InconsistentStateException) when (isOneChange)
            {
                status = await request.Find(key);
                if (status.State == RequestState.New)
                    throw;
            }
        }

        await Again(http, status, type, show);
    }

    private async Task<T> First<T>(IRequestGrain request, RequestKey key, Func<RequestKey?, Task<T>> act)
    {
        try
        {
            return await act(key);
        }
        catch (Refusal refusal) when (refusal.Kind is RefusalKind.NotFound or RefusalKind.Conflict or RefusalKind.Unprocessable)
        {
            await request.Refused(key, Store(refusal));
            throw;
        }
        finally
        {
            await End(request);
        }
    }

    // The work is done or refused by now; if the key cannot be set free it sets itself free after a while.
    private async Task End(IRequestGrain request)
    {
        try
        {
            await request.End();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.RequestNotEnded(e);
        }
    }

    private static Task Again<T>(HttpContext http, RequestStatus status, JsonTypeInfo<T> type, Func<T, Task> show)
    {
        switch (status.State)
        {
            case RequestState.Running:
                http.Response.Headers.RetryAfter = "1";
                return Problems.Write(http, 409, "request_in_progress", "The first request with this key still runs.");
            case RequestState.Reused:
                return Problems.Write(http, 422, "idempotency_key_reused", "This key was used for another request.");
            default:
                http.Response.Headers[ReplayedHeader] = "true";
                var answer = status.Answer.AsSpan();
                if (answer.Length > 0 && answer[0] == RefusalMark)
                {
                    var refusal = JsonSerializer.Deserialize(answer[1..], IdempotencyJson.Default.StoredRefusal)!;
                    return Problems.Refused(http, refusal.Kind, refusal.Code, refusal.Detail);
                }

                return show(JsonSerializer.Deserialize(answer, type)!);
        }
    }

    private static ImmutableArray<byte> Store(Refusal refusal) =>
    [
        RefusalMark,
        .. JsonSerializer.SerializeToUtf8Bytes(
            new StoredRefusal(refusal.Kind, refusal.Code, refusal.Message), IdempotencyJson.Default.StoredRefusal),
    ];

    private static bool IsKey(string? key) =>
        key is { Length: >= 1 and <= MaxKeyLength } && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    // Who asks is in the hash: nobody meets another one's keys.
    private static RequestKey KeyOf(HttpContext http, string key)
    {
        var fingerprint = http.Items[typeof(Idempotency)] as byte[]
            ?? Fingerprint(http.Request, ReadOnlySequence<byte>.Empty);
        var scope = http.User switch
        {
            Caller caller => caller.UserId.ToString("N"),
            Till till => "till " + till.MerchantId.ToString("N"),
            Operator => "operator",
            _ => "anonymous",
        };
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{scope} {key}"));
        return new RequestKey(Base64Url.EncodeToString(id), [.. fingerprint]);
    }

    private static byte[] Fingerprint(HttpRequest request, ReadOnlySequence<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        foreach (var part in body)
            hash.AppendData(part.Span);
        return hash.GetHashAndReset();
    }
}

internal static class IdempotencyExtensions
{
    /// <summary>Has the endpoint refuse requests without an <c>Idempotency-Key</c>.</summary>
    public static TBuilder NeedsKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(NeedsIdempotencyKey.Mark);
}

/// <summary>A refusal as it is kept for a retry.</summary>
internal sealed record StoredRefusal(RefusalKind Kind, string Code, string Detail);

[System.Text.Json.Serialization.JsonSerializable(typeof(StoredRefusal))]
internal sealed partial class IdempotencyJson : System.Text.Json.Serialization.JsonSerializerContext;
