using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StyleShare.Push.WebPush;

/// <summary>Says to push services who sends (RFC 8292): a token signed with ES256 for each of them, kept for half of its life.</summary>
internal sealed class Vapid(IOptions<WebPushOptions> options, TimeProvider clock) : IDisposable
{
    // Browsers' services are a handful; what clients make up must not fill the memory.
    private const int MaxKept = 256;
    private static readonly byte[] Probe = [1];

    private readonly WebPushOptions _options = options.Value;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Dictionary<string, (string Token, DateTimeOffset MadeAt)> _tokens = new(StringComparer.Ordinal);
    private readonly Lock _making = new();
    private ECDsa? _key;

    /// <summary>The authorization for a push service.</summary>
    public AuthenticationHeaderValue For(Uri endpoint) =>
        new("vapid", $"t={Token(endpoint.GetLeftPart(UriPartial.Authority))}, k={_options.PublicKey}");

    /// <summary>Reads the pair; null if it is none.</summary>
    public static ECDsa? LoadKey(WebPushOptions options)
    {
        try
        {
            var parameters = P256.Parameters(Base64Url.DecodeFromChars(options.PublicKey));
            parameters.D = Base64Url.DecodeFromChars(options.PrivateKey);
            var key = ECDsa.Create(parameters);
            // Not every platform looks whether the halves belong together.
            var signature = key.SignData(Probe, HashAlgorithmName.SHA256);
            if (key.VerifyData(Probe, signature, HashAlgorithmName.SHA256))
                return key;
            key.Dispose();
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            // Said by who asked, in words that have no key in them.
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    private string Token(string audience)
    {
        lock (_making)
        {
            var now = clock.GetUtcNow();
            if (_tokens.TryGetValue(audience, out var kept) && now >= kept.MadeAt && now - kept.MadeAt < _options.TokenLifetime / 2)
                return kept.Token;
            if (_tokens.Count >= MaxKept)
                _tokens.Clear();
            var token = Make(audience, now);
            _tokens[audience] = (token, now);
            return token;
        }
    }

    private string Make(string audience, DateTimeOffset now)
    {
        _key ??= LoadKey(_options) ?? throw new InvalidOperationException($"{WebPushOptions.Section}: the keys are no pair.");
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Audience = audience,
            Expires = (now + _options.TokenLifetime).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = _options.Subject },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
