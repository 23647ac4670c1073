using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleShare.Push.Fcm;

/// <summary>What is needed of a Google service account's key file.</summary>
internal sealed record FcmAccount(
    [property: JsonPropertyName("project_id")] string ProjectId,
    [property: JsonPropertyName("private_key_id")] string PrivateKeyId,
    [property: JsonPropertyName("private_key")] string PrivateKey,
    [property: JsonPropertyName("client_email")] string ClientEmail,
    [property: JsonPropertyName("token_uri")] Uri TokenUri)
{
    /// <summary>Reads it; null, and what is wrong with it, if it is none.</summary>
    public static FcmAccount? Load(FcmOptions options, out string? why)
    {
        try
        {
            var json = options.ServiceAccount is { Length: > 0 } given ? given : File.ReadAllText(options.ServiceAccountFile!);
            var account = JsonSerializer.Deserialize(json, FcmJson.Default.FcmAccount);
            why = account switch
            {
                not { ProjectId: not null, PrivateKeyId: not null, PrivateKey: not null, ClientEmail: not null, TokenUri: not null } =>
                    "the service account lacks one of project_id, private_key_id, private_key, client_email and token_uri.",
                { TokenUri: { IsAbsoluteUri: false } } or { TokenUri.Scheme: not "https" } => "token_uri must be an https address.",
                _ => null,
            };
            return why is null ? account : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"ServiceAccountFile cannot be read: {e.Message}";
        }
        catch (JsonException)
        {
            why = "the service account is not the JSON that Google's console gives.";
        }

        return null;
    }
}

/// <summary>An access token as the token endpoint gives it (RFC 6749, 5.1).</summary>
internal sealed record FcmToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn);

/// <summary>An error as Google's APIs tell it (google.rpc.Status in JSON).</summary>
internal sealed record FcmErrorBody([property: JsonPropertyName("error")] FcmStatus? Error);

internal sealed record FcmStatus(
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("details")] FcmDetail[]? Details);

internal sealed record FcmDetail(
    [property: JsonPropertyName("@type")] string? Type,
    [property: JsonPropertyName("errorCode")] string? ErrorCode,
    [property: JsonPropertyName("fieldViolations")] FcmViolation[]? FieldViolations);

internal sealed record FcmViolation([property: JsonPropertyName("field")] string? Field);

[JsonSerializable(typeof(FcmAccount))]
[JsonSerializable(typeof(FcmToken))]
[JsonSerializable(typeof(FcmErrorBody))]
internal sealed partial class FcmJson : JsonSerializerContext;
