using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StyleShare.Testing.Services;

/// <summary>Firebase Cloud Messaging (HTTP v1) with its token endpoint, as their documentation describes them.</summary>
public sealed class FcmServer : ServiceServer
{
    private const string Project = "styleshare-test";
    private const string Account = "sender@styleshare-test.iam.gserviceaccount.com";
    private const string KeyId = "0123456789abcdef";

    private readonly RSA _key = RSA.Create(2_048);
    private readonly ConcurrentDictionary<string, bool> _tokens = new(StringComparer.Ordinal);

    private FcmServer()
    {
    }

    /// <summary>Devices that are gone.</summary>
    public ConcurrentDictionary<string, bool> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>What was taken, in order.</summary>
    public ConcurrentQueue<(string Device, JsonNode Message)> Delivered { get; } = new();

    /// <summary>How often an access token was asked for.</summary>
    public int TokensGiven => _tokens.Count;

    /// <summary>How long access tokens live.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Settings of a silo that sends here.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(TrustSettings, StringComparer.Ordinal)
    {
        ["StyleShare:Push:Fcm:Server"] = Address.ToString(),
        ["StyleShare:Push:Fcm:ServiceAccount"] = new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = Project,
            ["private_key_id"] = KeyId,
            ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = Account,
            ["token_uri"] = new Uri(Address, "/token").ToString(),
        }.ToJsonString(),
    };

    /// <summary>Starts it.</summary>
    public static async Task<FcmServer> StartAsync(X509Certificate2? certificate = null)
    {
        var server = new FcmServer();
        await server.ListenAsync(certificate);
        return server;
    }

    /// <summary>All access tokens are worth nothing from here on, as after a key was revoked.</summary>
    public void RevokeTokens()
    {
        foreach (var token in _tokens.Keys)
            _tokens[token] = false;
    }

    /// <inheritdoc/>
    protected override Task Serve(HttpContext http, ReceivedRequest request) => request.Path switch
    {
        "/token" => GiveToken(http, request),
        $"/v1/projects/{Project}/messages:send" => Take(http, request),
        _ => Error(http, 404, "NOT_FOUND", null),
    };

    private async Task GiveToken(HttpContext http, ReceivedRequest request)
    {
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(form["assertion"], new TokenValidationParameters
        {
            ValidIssuer = Account,
            ValidAudience = new Uri(Address, "/token").ToString(),
            ValidateLifetime = false,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKey = new RsaSecurityKey(_key) { KeyId = KeyId },
        });
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" || !result.IsValid
            || result.Claims["scope"] is not "https://www.googleapis.com/auth/firebase.messaging"
            || (result.SecurityToken.ValidTo - ((JsonWebToken)result.SecurityToken).IssuedAt) > TimeSpan.FromHours(1))
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync("""{"error":"invalid_grant"}""");
            return;
        }

        var token = "ya29." + Guid.NewGuid().ToString("N");
        _tokens[token] = true;
        var seconds = ((int)TokenLifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await http.Response.WriteAsync($$"""{"access_token":"{{token}}","expires_in":{{seconds}},"token_type":"Bearer"}""");
    }

    private Task Take(HttpContext http, ReceivedRequest request)
    {
        var token = request.Headers.GetValueOrDefault("authorization")?["Bearer ".Length..] ?? "";
        if (!_tokens.TryGetValue(token, out var good) || !good)
            return Error(http, 401, "UNAUTHENTICATED", null);
        var message = JsonNode.Parse(request.Body)!["message"]!;
        var device = (string)message["token"]!;
        if (Gone.ContainsKey(device))
            return Error(http, 404, "NOT_FOUND", "UNREGISTERED");
        if (request.Body.Length > 4_096 + device.Length)
            return Error(http, 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");
        Delivered.Enqueue((device, message));
        return http.Response.WriteAsync($$"""{"name":"projects/{{Project}}/messages/{{Delivered.Count}}"}""");
    }

    private static Task Error(HttpContext http, int status, string word, string? code)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(ErrorBody(status, word, code));
    }

    /// <summary>An error as the API tells it.</summary>
    public static string ErrorBody(int status, string word, string? code, string? field = null)
    {
        var details = new JsonArray();
        if (code is not null)
        {
            details.Add(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                ["errorCode"] = code,
            });
        }

        if (field is not null)
        {
            details.Add(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.BadRequest",
                ["fieldViolations"] = new JsonArray(new JsonObject { ["field"] = field, ["description"] = "Invalid" }),
            });
        }

        return new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = status, ["message"] = "…", ["status"] = word, ["details"] = details },
        }.ToJsonString(JsonSerializerOptions.Default);
    }
}
