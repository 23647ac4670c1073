using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace StyleShare.Api.Conventions;

/// <summary>Who may call <c>/ops/v1</c>, section <c>StyleShare:Operators</c>.</summary>
public sealed class OperatorOptions
{
    /// <summary>
    /// What operators send as their bearer token: 16 characters or more, and random. Without it nobody may call; <c>./run</c>
    /// makes one for each start, and prints it.
    /// </summary>
    [MinLength(16)]
    public string? Key { get; set; }
}

/// <summary>Marks endpoints for operators.</summary>
internal sealed class NeedsOperator
{
    public static readonly NeedsOperator Mark = new();
}

/// <summary>An operator calls.</summary>
internal sealed class Operator : ClaimsPrincipal
{
    public static readonly Operator Instance = new();
}

/// <summary>Knows the operators' key.</summary>
internal sealed class OperatorKey(IOptions<OperatorOptions> options)
{
    private readonly byte[]? _hash = options.Value.Key is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    /// <summary>Whether this is the key; takes the same time whatever is wrong with it.</summary>
    public bool Matches(ReadOnlySpan<char> given)
    {
        if (_hash is null || given.Length > 1_000)
            return false;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(given.ToString()));
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }
}
