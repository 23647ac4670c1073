using System.Security.Cryptography;
using System.Text;

namespace StyleShare.Accounts;

/// <summary>Keys of <see cref="IClaimGrain"/>.</summary>
/// <remarks>
/// The names are hashed: grain ids get into logs, and what is stored of a claim outlives it (its version fences late writers
/// off), while of people who erased themselves no name is to be left.
/// </remarks>
public static class ClaimKeys
{
    // Who wants two names that are in each other's way has to try 2^64 of them, and has then blocked only themselves.
    private const int HashLength = 16;

    // 1 MB at the most.
    private static readonly HandleKey?[] Known = new HandleKey?[4_096];

    /// <summary>The claim on a handle, which <see cref="Handle.TryFold"/> has folded.</summary>
    public static string ForHandle(string handle)
    {
        // People are read by their handles, so the keys of those in use are kept; whose place is taken is hashed again.
        ref var place = ref Known[(uint)handle.GetHashCode(StringComparison.Ordinal) % (uint)Known.Length];
        if (place is { } known && known.Handle == handle)
            return known.Key;
        var key = Hashed("handle:", handle);
        place = new HandleKey(handle, key);
        return key;
    }

    /// <summary>The claim on an e-mail address, without its case.</summary>
    public static string ForEmail(string address) => Hashed("email:", address.ToLowerInvariant());

    /// <summary>The claim that a login names: an address if it has an @ in it, else a handle; null if it can be neither.</summary>
    public static string? ForLogin(string login)
    {
        if (login.Contains('@', StringComparison.Ordinal))
            return EmailAddress.TryNormalize(login, out var address) ? ForEmail(address) : null;
        return Handle.TryFold(login, out var handle) ? ForHandle(handle) : null;
    }

    private static string Hashed(string prefix, string name)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(EmailAddress.MaxLength)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(name, bytes)], hash);
        return prefix + Convert.ToHexStringLower(hash[..HashLength]);
    }

    private sealed record HandleKey(string Handle, string Key);
}
