using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace StyleShare.Shares.Connections;

/// <summary>Encrypts what lets us into a channel with the key ring, bound to person and channel: moved to another row it is nothing.</summary>
public sealed class ConnectionVault(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("StyleShare.Shares.Connection.v1");

    /// <summary>A connection as it is kept.</summary>
    public NewConnection Seal(Guid user, Connection connection)
    {
        var secret = JsonSerializer.SerializeToUtf8Bytes(new(connection.Account, connection.Token), ConnectionJson.Default.ConnectionSecret);
        return new(connection.Channel, connection.Label, [.. For(user, connection.Channel).Protect(secret)]);
    }

    /// <summary>Reads a connection; null if the channel refused it, or the key that it was encrypted with is lost.</summary>
    internal Connection? Open(ConnectionRow row)
    {
        if (row.RevokedAt is not null)
            return null;
        try
        {
            var secret = JsonSerializer.Deserialize(For(row.UserId, row.Channel).Unprotect(row.Sealed), ConnectionJson.Default.ConnectionSecret);
            return new(row.Channel, secret!.Account, secret.Token);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(Guid user, ShareChannel channel) => _protector.CreateProtector($"{user:N}/{ShareNames.Of(channel)}");
}
