using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using StyleShare.Accounts;

namespace StyleShare.Api.Conventions;

/// <summary>Who calls, by a valid access token.</summary>
internal sealed class Caller(Guid userId, Guid sessionId) : ClaimsPrincipal
{
    /// <summary>The person.</summary>
    public Guid UserId => userId;

    /// <summary>The session that the token belongs to.</summary>
    public Guid SessionId => sessionId;
}

/// <summary>Marks endpoints that need a <see cref="Caller"/>; <c>AllowAnonymous</c> takes it back.</summary>
internal sealed class NeedsCaller
{
    public static readonly NeedsCaller Mark = new();
}

/// <summary>Checks the bearer token (RFC 6750) of every call to an endpoint that needs a caller, a till or an operator.</summary>
/// <remarks>
/// In place of the framework's authentication and authorization services, which make a service scope, a handler, a ticket and
/// a policy evaluation for each request: there is one scheme and one question here, and it is asked at every hot read.
/// </remarks>
internal sealed class Authentication(
    RequestDelegate next, AccessTokens tokens, RevokedSessions revoked, OperatorKey operators, Tills tills)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        var forOperators = metadata?.GetMetadata<NeedsOperator>() is not null;
        if (!forOperators && (metadata?.GetMetadata<NeedsCaller>() is null || metadata.GetMetadata<IAllowAnonymous>() is not null))
            return next(http);

        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
            return Problems.Write(http, 401, "unauthenticated", "This call needs an access token: Authorization: Bearer …");
        if (header.Count > 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Refuse(http, "invalid_request", "The Authorization header must be: Bearer, a space, an access token.");
        if (forOperators)
            return AdmitOperator(http, value);
        if (metadata!.GetMetadata<NeedsTill>() is not null)
            return AdmitTill(http, value);

        // Tokens seen before are known, so that there is nothing to wait for.
        var validation = tokens.Validate(value.AsSpan(Scheme.Length));
        return validation.IsCompletedSuccessfully ? Admit(http, validation.Result) : AdmitLater(http, validation);
    }

    // A person's token is a valid one, but not for this.
    private async Task AdmitOperator(HttpContext http, string value)
    {
        if (operators.Matches(value.AsSpan(Scheme.Length)))
        {
            http.User = Operator.Instance;
            await next(http);
        }
        else if (await tokens.Validate(value.AsSpan(Scheme.Length)) is { } token && !revoked.Contains(token.SessionId))
        {
            await Problems.Write(http, 403, "operators_only", "Only operators may call this, with their key.");
        }
        else
        {
            await Refuse(http, "invalid_token", "This is not the operators' key.");
        }
    }

    // Of another shop than its own a till may not even know whether it exists.
    private async Task AdmitTill(HttpContext http, string value)
    {
        if (await tills.Find(value[Scheme.Length..]) is { } till)
        {
            http.User = till;
            await (http.TryGetId(out var shop) && shop == till.MerchantId ? next(http) : Problems.NotFound(http, "merchant"));
        }
        else if (await tokens.Validate(value.AsSpan(Scheme.Length)) is { } token && !revoked.Contains(token.SessionId))
        {
            await Problems.Write(http, 403, "tills_only", "Only tills may call this, with an API key of the merchant.");
        }
        else
        {
            await Refuse(http, "invalid_token", "This is not a good API key.");
        }
    }

    private async Task AdmitLater(HttpContext http, ValueTask<AccessToken?> validation) => await Admit(http, await validation);

    private Task Admit(HttpContext http, AccessToken? token)
    {
        if (token is null || revoked.Contains(token.SessionId))
            return Refuse(http, "invalid_token", "The access token is not valid, or not any more.");
        http.User = new Caller(token.UserId, token.SessionId);
        return next(http);
    }

    private static Task Refuse(HttpContext http, string error, string detail)
    {
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\", error_description=\"{detail}\"";
        return Problems.Write(http, 401, "invalid_token", detail);
    }
}

internal static class CallerExtensions
{
    /// <summary>Who calls; only at endpoints that need a caller.</summary>
    public static Guid CallerId(this HttpContext http) => ((Caller)http.User).UserId;
}
