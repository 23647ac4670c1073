using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StyleShare.Outbound;

namespace StyleShare.Push.Fcm;

/// <summary>Sends to Android devices by the FCM HTTP v1 API.</summary>
internal sealed class FcmSender : IPlatformSender, IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "fcm";

    private const int MaxTokenLength = 4_096;

    // "If there is no Retry-After, default to 60 seconds" (best practices when sending FCM messages at scale).
    private static readonly TimeSpan QuotaWait = TimeSpan.FromMinutes(1);

    private readonly FcmOptions _options;
    private readonly FcmAccessToken _token;
    private readonly TimeProvider _clock;
    private readonly ServiceClient _service;

    public FcmSender(IHttpClientFactory clients, FcmAccessToken token, IOptions<FcmOptions> options, TimeProvider clock)
    {
        _options = options.Value;
        _token = token;
        _clock = clock;
        _service = new ServiceClient(clients, Client, _options.Limits, clock);
    }

    public PushPlatform Platform => PushPlatform.Fcm;

    public bool HasCredentials => _options.HasAccount;

    /// <summary>Whether it can be a registration token: visible ASCII; Google says no more of it.</summary>
    public static bool IsToken(string address) =>
        address.Length is > 0 and <= MaxTokenLength && !address.AsSpan().ContainsAnyExceptInRange('!', '~');

    public async Task<PushOutcome> Send(string address, PushMessage message, CancellationToken cancellation)
    {
        if (!IsToken(address))
            return new PushOutcome.Forget();
        if (FcmPayload.Of(address, message, _clock.GetUtcNow()) is not { } payload)
            return new PushOutcome.Refused("MESSAGE_TOO_BIG");
        var token = await _token.Current(refused: null, cancellation);
        var answer = await Ask(payload, token, cancellation);
        if (answer.Status == 401)
            answer = await Ask(payload, await _token.Current(refused: token, cancellation), cancellation);
        return Outcome(answer);
    }

    public void Dispose() => _service.Dispose();

    private Task<ServiceAnswer> Ask(byte[] payload, string token, CancellationToken cancellation) => _service.Send(
        () => new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_options.Server, $"/v1/projects/{Uri.EscapeDataString(_token.Account.ProjectId)}/messages:send"))
        {
            Content = new ByteArrayContent(payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        },
        "",
        cancellation);

    // https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
    private static PushOutcome Outcome(ServiceAnswer answer)
    {
        if (answer.IsSuccess)
            return new PushOutcome.Delivered();
        var error = Read(answer);
        var code = PushErrors.Word(error?.Details?.FirstOrDefault(detail => detail.ErrorCode is not null)?.ErrorCode ?? error?.Status);
        return (answer.Status, code) switch
        {
            // Only by that word: a 404 without it is a wrong project in our settings, for which no device is to be forgotten.
            (_, "UNREGISTERED" or "SENDER_ID_MISMATCH") => new PushOutcome.Forget(),
            (400, "INVALID_ARGUMENT") => BlamesToken(error) ? new PushOutcome.Forget() : new PushOutcome.Refused(code!),
            (429, _) => new PushOutcome.RetryAfter(answer.RetryAfter ?? QuotaWait),
            (503, _) => new PushOutcome.RetryAfter(answer.RetryAfter),
            // Credentials and projects: wrong for every message alike, so none is given up for it.
            (401 or 403 or 404, _) => throw new ServiceFailedException("FCM", answer.Status, code),
            ( >= 400 and < 500, _) => new PushOutcome.Refused(code ?? answer.Status.ToString(CultureInfo.InvariantCulture)),
            _ => throw new ServiceFailedException("FCM", answer.Status, code),
        };
    }

    // Sometimes as a violation of the field, and sometimes in the message alone.
    private static bool BlamesToken(FcmStatus? error) =>
        error?.Details?.Any(detail => detail.FieldViolations?.Any(violation => violation.Field == "message.token") == true) == true
        || error?.Message?.Contains("registration token is not a valid", StringComparison.OrdinalIgnoreCase) == true;

    private static FcmStatus? Read(ServiceAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, FcmJson.Default.FcmErrorBody)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
