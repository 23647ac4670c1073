using System.Collections.Immutable;
using Orleans.Concurrency;
using StyleShare.Requests;

namespace StyleShare.Shops;

/// <summary>Asks for a new shop; texts are within their limits.</summary>
[GenerateSerializer, Immutable]
public sealed record OpenMerchant(Guid Owner, string Name, string Currency, PointsProgram Program, RequestKey? Request);

/// <summary>What the owner sees of an API key: all but the key.</summary>
/// <param name="EndsAt">When it ends, for there is a newer one.</param>
[GenerateSerializer, Immutable]
public sealed record ApiKeyView(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset? EndsAt);

/// <summary>What the owner sees of a shop.</summary>
/// <param name="ApiKeys">The keys that are good, the oldest first.</param>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
[GenerateSerializer, Immutable]
public sealed record MerchantView(
    Guid Id,
    Guid OwnerId,
    string Name,
    string Currency,
    PointsProgram Program,
    ImmutableArray<ApiKeyView> ApiKeys,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt,
    long Version);

/// <summary>A new shop, and its first API key, which nobody can learn again.</summary>
[GenerateSerializer, Immutable]
public sealed record OpenedMerchant(MerchantView Merchant, string ApiKey);

/// <summary>A new API key, likewise.</summary>
[GenerateSerializer, Immutable]
public sealed record AddedKey(ApiKeyView Key, string ApiKey);

/// <summary>Edits a shop; what is null stays.</summary>
/// <param name="IfVersion">The version that the caller has seen; null to edit whatever is there.</param>
[GenerateSerializer, Immutable]
public sealed record EditMerchant(Guid Caller, string? Name, ProgramEdit? Program, long? IfVersion);

/// <summary>On which terms a shop gives points now.</summary>
/// <param name="Currency">ISO 4217; amounts are in its minor units.</param>
[GenerateSerializer, Immutable]
public sealed record MerchantTerms(Guid Id, Guid OwnerId, string Name, string Currency, PointsProgram Program);

/// <summary>A shop that gives points. Its key is the shop's id.</summary>
public interface IMerchantGrain : IGrainWithGuidKey
{
    /// <summary>Opens the shop, with a first API key.</summary>
    Task<OpenedMerchant> Open(OpenMerchant command);

    /// <summary>What its owner sees of it; null for everybody else.</summary>
    [ReadOnly]
    Task<MerchantView?> Get(Guid caller);

    /// <summary>Edits the shop; purchases of before stay as they are.</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, <c>stale_version</c>.</exception>
    Task<MerchantView> Edit(EditMerchant command);

    /// <summary>Makes another API key; those of before end a while later (<see cref="ShopOptions.KeyOverlap"/>).</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, <c>too_many_api_keys</c>.</exception>
    Task<AddedKey> AddKey(Guid caller, RequestKey? request);

    /// <summary>Ends an API key at once.</summary>
    /// <exception cref="Refusal"><c>merchant_not_found</c>, <c>api_key_not_found</c>.</exception>
    Task RevokeKey(Guid caller, Guid key);

    /// <summary>On which terms the shop gives points; null if there is no such shop.</summary>
    [ReadOnly]
    Task<MerchantTerms?> Terms();

    /// <summary>Whether this is the hash (SHA-256) of the secret of an API key that is good.</summary>
    [ReadOnly]
    Task<bool> Verify(Guid key, ImmutableArray<byte> secretHash);
}
