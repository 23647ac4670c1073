using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;

namespace StyleShare.Objects;

/// <summary>All that a signed request may do.</summary>
/// <param name="ContentType">Of a PUT: what it must be sent as.</param>
/// <param name="Bytes">Of a PUT: how long it must be.</param>
/// <param name="DownloadName">Of a GET: the name under which it is saved; null to show it.</param>
public sealed record SignedObject(
    string Method, string Key, DateTimeOffset ExpiresAt, string? ContentType, long Bytes, string? DownloadName);

/// <summary>Signs requests for objects in the folder, for every silo alike.</summary>
/// <remarks>
/// The signature is the permission itself, encrypted and authenticated (HMAC-SHA256) by the framework with the key ring that
/// is in the database. Nothing beside it counts, so that there is nothing to be tampered with.
/// </remarks>
public sealed class ObjectSignatures(IDataProtectionProvider protection)
{
    /// <summary>The name of the parameter in the address.</summary>
    public const string Parameter = "signature";

    private const int MaxLength = 4_096;

    private readonly IDataProtector _protector = protection.CreateProtector("StyleShare.Objects.Signature.v1");

    /// <summary>The signature of a permission.</summary>
    public string Sign(SignedObject signed) => Base64Url.EncodeToString(
        _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(signed, ObjectSignatureJson.Default.SignedObject)));

    /// <summary>What was permitted, be it expired or not; null if it was not us.</summary>
    public SignedObject? Read(string? signature)
    {
        if (signature is not { Length: > 0 and <= MaxLength })
            return null;
        try
        {
            return JsonSerializer.Deserialize(
                _protector.Unprotect(Base64Url.DecodeFromChars(signature)), ObjectSignatureJson.Default.SignedObject);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(SignedObject))]
internal sealed partial class ObjectSignatureJson : JsonSerializerContext;
