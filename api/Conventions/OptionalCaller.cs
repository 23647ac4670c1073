using Microsoft.AspNetCore.Http;
using StyleShare.Accounts;

namespace StyleShare.Api.Conventions;

/// <summary>Who calls, where it may be anybody: a token that is missing or no good makes a stranger, and no error.</summary>
internal sealed class OptionalCaller(AccessTokens tokens, RevokedSessions revoked)
{
    private const string Scheme = "Bearer ";

    /// <summary>The person; null for a stranger.</summary>
    public async ValueTask<Guid?> Of(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        return await tokens.Validate(value.AsSpan(Scheme.Length)) is { } token && !revoked.Contains(token.SessionId)
            ? token.UserId
            : null;
    }
}
