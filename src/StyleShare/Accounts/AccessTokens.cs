using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace StyleShare.Accounts;

/// <summary>Who comes with a valid access token.</summary>
public sealed record AccessToken(Guid UserId, Guid SessionId, DateTimeOffset ExpiresAt);

/// <summary>Makes and checks access tokens: JWTs (RFC 7519) signed with HMAC-SHA256 and nothing else.</summary>
public sealed class AccessTokens
{
    private const int MaxLength = 2_048;

    private readonly SigningKeys _keys;
    private readonly TimeProvider _clock;
    private readonly ILogger<AccessTokens> _log;
    private readonly AccountOptions _options;
    private readonly JsonWebTokenHandler _handler;
    private readonly TokenValidationParameters _rules;
    private readonly TokenCache _cache;

    /// <summary>Creates the service.</summary>
    public AccessTokens(SigningKeys keys, TimeProvider clock, IOptions<AccountOptions> options, ILogger<AccessTokens> log)
    {
        _keys = keys;
        _clock = clock;
        _log = log;
        _options = options.Value;
        _cache = new TokenCache(_options.TokenCacheSize);
        _handler = new JsonWebTokenHandler
        {
            MaximumTokenSizeInBytes = MaxLength,
            SetDefaultTimesOnTokenCreation = false,
            MapInboundClaims = false,
        };
        _rules = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidTypes = ["JWT"],
            ValidIssuer = _options.Issuer,
            ValidAudience = _options.Audience,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => kid is not null && _keys.Find(kid) is { } key ? [key.Key] : [],
            // The library would ask the machine's clock.
            LifetimeValidator = (_, expires, _, _) =>
                expires is { } end && _clock.GetUtcNow() < new DateTimeOffset(end, TimeSpan.Zero) + _options.ClockSkew,
        };
    }

    /// <summary>How long a token is good for, in seconds.</summary>
    public int ExpiresIn => (int)_options.AccessTokenLifetime.TotalSeconds;

    /// <summary>How many checked tokens are remembered.</summary>
    public int Cached => _cache.Count;

    /// <summary>Makes a token.</summary>
    /// <exception cref="Refusal"><c>no_signing_key</c>: the database does not answer.</exception>
    public async ValueTask<string> Issue(Guid userId, Guid sessionId)
    {
        var key = await SigningKey();
        var now = _clock.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _options.Issuer,
            Audience = _options.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + _options.AccessTokenLifetime).UtcDateTime,
            Subject = new ClaimsIdentity(
            [
                new System.Security.Claims.Claim(JwtRegisteredClaimNames.Sub, userId.ToString()),
                new System.Security.Claims.Claim(JwtRegisteredClaimNames.Sid, sessionId.ToString()),
                new System.Security.Claims.Claim(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString("N")),
            ]),
            SigningCredentials = new SigningCredentials(key.Key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Says who comes with the token; null if it is not valid, whatever the reason.</summary>
    /// <remarks>Whether its session was revoked is asked of <see cref="RevokedSessions"/>.</remarks>
    public ValueTask<AccessToken?> Validate(ReadOnlySpan<char> token)
    {
        if (token.Length is 0 or > MaxLength)
            return default;
        if (_cache.TryGet(token, out var known))
            return new(IsCurrent(known) ? known : null);
        return Check(token.ToString());
    }

    private bool IsCurrent(AccessToken token) => _clock.GetUtcNow() < token.ExpiresAt + _options.ClockSkew;

    private async ValueTask<SigningKey> SigningKey()
    {
        try
        {
            return await _keys.CurrentAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            AccountLog.NoSigningKey(_log, e);
            throw AccountErrors.NoSigningKey();
        }
    }

    private async ValueTask<AccessToken?> Check(string token)
    {
        if (!_handler.CanReadToken(token))
            return null;
        var kid = Kid(token);
        if (kid is null)
            return null;
        if (_keys.Find(kid) is null)
            await LookForKey();
        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
            return null;
        if (!Guid.TryParseExact(jwt.Subject, "D", out var user)
            || !jwt.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Sid, out var sid)
            || !Guid.TryParseExact(sid, "D", out var session))
            return null;
        var valid = new AccessToken(user, session, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero));
        _cache.Add(token, valid);
        return valid;
    }

    private static string? Kid(string token)
    {
        try
        {
            return new JsonWebToken(token).Kid is { Length: > 0 } kid ? kid : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private async Task LookForKey()
    {
        try
        {
            await _keys.ReloadAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            // The token is then refused as one with an unknown key is.
            AccountLog.NoSigningKey(_log, e);
        }
    }
}
