using System.Security.Cryptography;
using System.Text;

namespace StyleShare.Accounts;

/// <summary>Keys of <see cref="IClaimGrain"/>.</summary>
public static class ClaimKeys
{
    /// <summary>The claim on a handle, which <see cref="Handle.TryFold"/> has folded.</summary>
    public static string ForHandle(string handle) => "handle:" + handle;

    /// <summary>The claim on an e-mail address, without its case; hashed, for grain ids get into logs and addresses must not.</summary>
    public static string ForEmail(string address) =>
        "email:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant())));

    /// <summary>The claim that a login names: an address if it has an @ in it, else a handle; null if it can be neither.</summary>
    public static string? ForLogin(string login)
    {
        if (login.Contains('@', StringComparison.Ordinal))
            return EmailAddress.TryNormalize(login, out var address) ? ForEmail(address) : null;
        return Handle.TryFold(login, out var handle) ? ForHandle(handle) : null;
    }
}
