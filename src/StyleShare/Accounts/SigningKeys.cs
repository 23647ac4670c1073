using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace StyleShare.Accounts;

/// <summary>A key that signs access tokens.</summary>
/// <param name="Kid">Its name in tokens.</param>
/// <param name="Secret">256 random bits (RFC 7518, 3.2: as many as the hash has).</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="SignsFrom">From when on it signs; until then it only becomes known everywhere.</param>
public sealed record SigningKey(string Kid, byte[] Secret, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom)
{
    /// <summary>The key in the form in which the token library takes it.</summary>
    public SymmetricSecurityKey Key { get; } = new(Secret) { KeyId = Kid };
}

/// <summary>The keys that sign access tokens: kept in the database, shared by all silos, replaced in turn.</summary>
/// <remarks>
/// A new key signs only when every silo has had two chances to read it, so rotation is felt by nobody. The very first one
/// signs at once. Keys go when the last token that they can have signed has expired.
/// </remarks>
public sealed class SigningKeys(NpgsqlDataSource database, TimeProvider clock, IOptions<AccountOptions> options) : IDisposable
{
    private const int SecretLength = 32;
    private const long RotationLock = 0x5353_0001;

    private readonly AccountOptions _options = options.Value;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private ImmutableArray<SigningKey> _keys = [];
    private DateTimeOffset _loadedAt = DateTimeOffset.MinValue;

    /// <summary>The key of this name, if this silo knows it.</summary>
    public SigningKey? Find(string kid)
    {
        foreach (var key in _keys)
        {
            if (key.Kid == kid)
                return key;
        }

        return null;
    }

    /// <summary>The key to sign with: the newest one that all silos know.</summary>
    /// <exception cref="NpgsqlException">There is none yet, and the database does not answer.</exception>
    public async ValueTask<SigningKey> CurrentAsync(CancellationToken ct)
    {
        if (Newest() is { } key)
            return key;
        await RotateAsync(ct);
        return Newest() ?? throw new InvalidOperationException("Somebody deletes the signing keys as they are made.");
    }

    /// <summary>Reads the keys anew because a token names one that is not known; does so only every now and then.</summary>
    public async Task ReloadAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() - _loadedAt < _options.UnknownKeyReload)
            return;
        await _loading.WaitAsync(ct);
        try
        {
            if (clock.GetUtcNow() - _loadedAt >= _options.UnknownKeyReload)
                await LoadAsync(ct);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Reads the keys; makes the next one when the newest is old enough, and drops those of no use any more.</summary>
    public async Task RotateAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            await LoadAsync(ct);
            var now = clock.GetUtcNow();
            if (_keys.Any(key => now - key.CreatedAt < _options.SigningKeyRotation))
                return;
            await MakeNextAsync(now, ct);
            await LoadAsync(ct);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private SigningKey? Newest()
    {
        var now = clock.GetUtcNow();
        foreach (var key in _keys)
        {
            if (key.SignsFrom <= now)
                return key;
        }

        // Only when this silo's clock is behind the one of the silo that made the first key.
        return _keys is [.., var oldest] ? oldest : null;
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "SELECT kid, secret, created_at, signs_from FROM signing_keys ORDER BY signs_from DESC, kid");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = ImmutableArray.CreateBuilder<SigningKey>();
        while (await reader.ReadAsync(ct))
        {
            var kid = reader.GetString(0);
            keys.Add(Find(kid) ?? new SigningKey(
                kid,
                reader.GetFieldValue<byte[]>(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3)));
        }

        _keys = keys.DrainToImmutable();
        _loadedAt = clock.GetUtcNow();
    }

    // One silo makes the key; those that wanted to at the same time wait at the lock, and find it made.
    private async Task MakeNextAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            "SELECT pg_advisory_xact_lock($1)", connection, transaction)
        { Parameters = { new NpgsqlParameter<long> { TypedValue = RotationLock } } };
        await command.ExecuteNonQueryAsync(ct);

        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO signing_keys (kid, secret, created_at, signs_from)
            SELECT $1, $2, $3, CASE WHEN EXISTS (SELECT FROM signing_keys) THEN $4 ELSE $3 END
            WHERE NOT EXISTS (SELECT FROM signing_keys WHERE created_at > $5)
            """,
            connection,
            transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) },
                new NpgsqlParameter<byte[]> { TypedValue = RandomNumberGenerator.GetBytes(SecretLength) },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now + (2 * _options.SigningKeyReload) },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now - _options.SigningKeyRotation },
            },
        };
        await insert.ExecuteNonQueryAsync(ct);

        // A key signs until the next one does; twice the rotation leaves room for a silo that was late to make that one.
        await using var drop = new NpgsqlCommand("DELETE FROM signing_keys WHERE created_at < $1", connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset>
                {
                    TypedValue = now - (2 * _options.SigningKeyRotation) - _options.AccessTokenLifetime - _options.ClockSkew,
                },
            },
        };
        await drop.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
