using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace StyleShare.Api.Conventions;

/// <summary>Lets a till read so many wrong codes a minute and no more: nobody guesses one at that.</summary>
/// <remarks>
/// By the framework's limiter, one bucket for each API key. Only wrong codes count, so it is asked before a code is looked up,
/// and told behind it. Calls that are under way at once may all be wrong; that is as many as a till has connections.
/// </remarks>
internal sealed class WrongCodes : IDisposable
{
    private readonly RateLimitOptions _options;
    private readonly PartitionedRateLimiter<Till> _byKey;

    public WrongCodes(IOptions<RateLimitOptions> options)
    {
        _options = options.Value;
        _byKey = PartitionedRateLimiter.Create<Till, Guid>(till =>
            RateLimitPartition.GetTokenBucketLimiter(till.KeyId, _ => RateLimits.TokenBucket(_options.WrongCodesPerTill)));
    }

    /// <summary>Whether the till may go on; if not, the problem is written.</summary>
    public async ValueTask<bool> Admit(HttpContext http)
    {
        // Whole ones: a bucket that is being filled always has a part of one, which is enough for no permit at all.
        if (!_options.Enabled || _byKey.GetStatistics(http.Till()) is not { CurrentAvailablePermits: 0 })
            return true;
        var limit = _options.WrongCodesPerTill;
        await RateLimits.Refuse(http, "wrong-codes", limit, limit.Window / limit.Permits);
        return false;
    }

    /// <summary>The till read a code that is none.</summary>
    public void Count(HttpContext http) => _byKey.AttemptAcquire(http.Till()).Dispose();

    public void Dispose() => _byKey.Dispose();
}
