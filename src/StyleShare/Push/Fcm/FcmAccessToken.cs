using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StyleShare.Outbound;

namespace StyleShare.Push.Fcm;

/// <summary>
/// The access token: asked for with an assertion that the service account signs (RFC 7523), kept until shortly before its
/// end, and asked for once however many want it.
/// </summary>
internal sealed class FcmAccessToken : IDisposable
{
    /// <summary>The HTTP client's name.</summary>
    public const string Client = "fcm-token";

    private const string Scope = "https://www.googleapis.com/auth/firebase.messaging";
    private const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromHours(1); // the longest that Google takes

    private readonly FcmOptions _options;
    private readonly TimeProvider _clock;
    private readonly ServiceClient _service;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SemaphoreSlim _asking = new(1, 1);
    private FcmAccount? _account;
    private RSA? _key;
    private string? _token;
    private DateTimeOffset _goodUntil;

    public FcmAccessToken(IHttpClientFactory clients, IOptions<FcmOptions> options, TimeProvider clock)
    {
        _options = options.Value;
        _clock = clock;
        _service = new ServiceClient(clients, Client, _options.Limits, clock);
    }

    /// <summary>The account.</summary>
    public FcmAccount Account =>
        _account ??= FcmAccount.Load(_options, out var why) ?? throw new InvalidOperationException($"{FcmOptions.Section}: {why}");

    /// <summary>A token to send with.</summary>
    /// <param name="refused">One that was refused, and is not to be given again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<string> Current(string? refused, CancellationToken cancellation)
    {
        if (Good(refused) is { } token)
            return token;
        await _asking.WaitAsync(cancellation);
        try
        {
            return Good(refused) ?? await Ask(cancellation);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _asking.Dispose();
        _key?.Dispose();
    }

    private string? Good(string? refused) =>
        Volatile.Read(ref _token) is { } token && token != refused && _clock.GetUtcNow() < _goodUntil ? token : null;

    private async Task<string> Ask(CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var assertion = Assertion(now);
        var answer = await _service.Send(
            () => new HttpRequestMessage(HttpMethod.Post, Account.TokenUri)
            {
                Content = new FormUrlEncodedContent([new("grant_type", GrantType), new("assertion", assertion)]),
            },
            "",
            cancellation);
        if (answer.Status is 429 or 503)
            throw new ServiceBusyException(answer.RetryAfter ?? TimeSpan.FromMinutes(1), "Google gives no access token now.");
        if (!answer.IsSuccess || Read(answer) is not { AccessToken: { } token, ExpiresIn: > 0 } given)
            throw new ServiceFailedException("Google's token endpoint", answer.Status, reason: null);
        var lifetime = TimeSpan.FromSeconds(given.ExpiresIn);
        // A token that lives for less than the margin is still good for some requests.
        _goodUntil = now + (lifetime > 2 * _options.TokenMargin ? lifetime - _options.TokenMargin : lifetime / 2);
        Volatile.Write(ref _token, token);
        return token;
    }

    private string Assertion(DateTimeOffset now)
    {
        if (_key is null)
        {
            _key = RSA.Create();
            _key.ImportFromPem(Account.PrivateKey);
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Account.ClientEmail,
            Audience = Account.TokenUri.OriginalString,
            IssuedAt = now.UtcDateTime,
            Expires = (now + AssertionLifetime).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["scope"] = Scope },
            SigningCredentials = new SigningCredentials(
                new RsaSecurityKey(_key) { KeyId = Account.PrivateKeyId }, SecurityAlgorithms.RsaSha256),
        });
    }

    private static FcmToken? Read(ServiceAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, FcmJson.Default.FcmToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
