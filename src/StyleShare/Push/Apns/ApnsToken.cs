using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StyleShare.Push.Apns;

/// <summary>The provider token: says to Apple who sends, signed with ES256, made anew before it is an hour old.</summary>
internal sealed class ApnsToken(IOptions<ApnsOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>Apple answers <c>TooManyProviderTokenUpdates</c> to who makes them more often.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(20);

    private readonly ApnsOptions _options = options.Value;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock _making = new();
    private ECDsa? _key;
    private string? _token;
    private DateTimeOffset _madeAt;

    /// <summary>The token to send with.</summary>
    public string Current()
    {
        lock (_making)
        {
            var age = clock.GetUtcNow() - _madeAt;
            // A clock that was set back would have the token from the future.
            if (_token is null || age >= _options.TokenLifetime || age < TimeSpan.Zero)
                _token = Make();
            return _token;
        }
    }

    /// <summary>Makes another one because Apple calls this one expired; false if it is too young for that.</summary>
    public bool TryRenew(string expired)
    {
        lock (_making)
        {
            // Of many who are told so at once, the first makes it.
            if (_token != expired)
                return true;
            if (clock.GetUtcNow() - _madeAt < LeastAge)
                return false;
            _token = Make();
            return true;
        }
    }

    /// <summary>Reads the key; null, and what is wrong with it, if it is none.</summary>
    public static ECDsa? LoadKey(ApnsOptions options, out string? why)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(options.Key is { Length: > 0 } pem ? pem : File.ReadAllText(options.KeyFile!));
            why = key.KeySize == 256 ? null : "the key is not on the curve P-256.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"KeyFile cannot be read: {e.Message}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            why = "the key is not a private key in PEM, as Apple's .p8 file has it.";
        }

        if (why is null)
            return key;
        key.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _key?.Dispose();

    private string Make()
    {
        _key ??= LoadKey(_options, out var why) ?? throw new InvalidOperationException($"{ApnsOptions.Section}: {why}");
        _madeAt = clock.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _options.TeamId,
            IssuedAt = _madeAt.UtcDateTime,
            SigningCredentials = new SigningCredentials(
                new ECDsaSecurityKey(_key) { KeyId = _options.KeyId }, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
