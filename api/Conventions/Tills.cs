using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StyleShare.Shops;

namespace StyleShare.Api.Conventions;

/// <summary>A shop's till calls, by a good API key of the shop.</summary>
internal sealed class Till(Guid merchantId, Guid keyId) : ClaimsPrincipal
{
    /// <summary>The shop.</summary>
    public Guid MerchantId => merchantId;

    /// <summary>Which of the shop's keys it has.</summary>
    public Guid KeyId => keyId;
}

/// <summary>Marks endpoints for tills: the <c>{id}</c> in their path is the shop, which must be the key's.</summary>
internal sealed class NeedsTill
{
    public static readonly NeedsTill Mark = new();
}

/// <summary>Knows tills by their API keys.</summary>
internal sealed class Tills(IGrainFactory grains)
{
    /// <summary>Whose key this is; null if it is none, or not any more.</summary>
    public async ValueTask<Till?> Find(string text)
    {
        if (!ApiKey.TryDecode(text, out var key))
            return null;
        return await grains.GetGrain<IMerchantGrain>(key.MerchantId).Verify(key.KeyId, key.Hash())
            ? new Till(key.MerchantId, key.KeyId)
            : null;
    }
}

internal static class TillExtensions
{
    /// <summary>Marks an endpoint as one for tills; the <c>{id}</c> in its path is their shop's.</summary>
    public static TBuilder ForTills<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(NeedsTill.Mark).Limit(Limited.Till);

    /// <summary>The till that calls; only at endpoints for tills.</summary>
    public static Till Till(this HttpContext http) => (Till)http.User;
}
