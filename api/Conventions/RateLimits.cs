using System.Globalization;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StyleShare.Api.Conventions;

/// <summary>What an endpoint counts as.</summary>
internal enum Limited
{
    /// <summary>Not limited: reads.</summary>
    None,

    /// <summary>Making an account.</summary>
    SignUp,

    /// <summary>Proving who one is.</summary>
    Login,

    /// <summary>Anything that changes something.</summary>
    Write,

    /// <summary>What a shop's tills do, all together.</summary>
    Till,
}

/// <summary>Rate limits by the framework's limiter: token buckets for each address and each caller.</summary>
/// <remarks>
/// An address is an IPv4 address or an IPv6 network of 64 bits, which is what one subscriber gets. Addresses and callers are
/// hashed (with a seed of the process) to a bounded number of buckets, so that a flood of addresses cannot fill the memory;
/// two who meet in a bucket share its limit, which leaves room for that.
/// </remarks>
internal sealed class RateLimits
{
    private const int Buckets = 65_536;
    private readonly RateLimitOptions _options;
    private readonly PartitionedRateLimiter<HttpContext> _byAddress;
    private readonly PartitionedRateLimiter<HttpContext> _byCaller;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        _options = options.Value;
        _byAddress = PartitionedRateLimiter.Create<HttpContext, Bucket>(PerAddress);
        _byCaller = PartitionedRateLimiter.Create<HttpContext, Bucket>(PerCaller);
        All = PartitionedRateLimiter.CreateChained(_byCaller, _byAddress);
    }

    /// <summary>All limits, one after the other.</summary>
    public PartitionedRateLimiter<HttpContext> All { get; }

    /// <summary>Answers 429 with <c>Retry-After</c>, <c>RateLimit-Policy</c> and <c>RateLimit</c> (draft-ietf-httpapi-ratelimit-headers).</summary>
    public ValueTask Refuse(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var http = rejected.HttpContext;
        var (name, limit) = Exceeded(http);
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        return new ValueTask(Refuse(http, name, limit, wait));
    }

    /// <summary>The same of a limit that is asked elsewhere.</summary>
    public static Task Refuse(HttpContext http, string name, RateLimit limit, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.RetryAfter = seconds;
        http.Response.Headers["RateLimit-Policy"] = string.Create(
            CultureInfo.InvariantCulture, $"\"{name}\";q={limit.Permits};w={(long)limit.Window.TotalSeconds}");
        http.Response.Headers["RateLimit"] = $"\"{name}\";r=0;t={seconds}";
        return Problems.Write(http, 429, "rate_limited", "Too many requests; wait as long as Retry-After says.");
    }

    private (string Name, RateLimit Limit) Exceeded(HttpContext http) => KindOf(http) switch
    {
        Limited.SignUp => ("sign-up", _options.SignUp),
        Limited.Login => ("login", _options.Login),
        Limited.Till => ("till", _options.CallsPerMerchant),
        _ when _byCaller.GetStatistics(http) is { CurrentAvailablePermits: 0 } => ("writes", _options.WritesPerCaller),
        _ => ("writes-of-address", _options.WritesPerAddress),
    };

    private RateLimitPartition<Bucket> PerAddress(HttpContext http) => KindOf(http) switch
    {
        Limited.SignUp => Limit(new Bucket(Limited.SignUp, AddressOf(http)), _options.SignUp),
        Limited.Login => Limit(new Bucket(Limited.Login, AddressOf(http)), _options.Login),
        Limited.Write => Limit(new Bucket(Limited.Write, AddressOf(http)), _options.WritesPerAddress),
        _ => RateLimitPartition.GetNoLimiter(default(Bucket)),
    };

    private RateLimitPartition<Bucket> PerCaller(HttpContext http) => (http.User, KindOf(http)) switch
    {
        (Caller caller, Limited.Write) =>
            Limit(new Bucket(Limited.Write, BucketOf(HashCode.Combine(caller.UserId))), _options.WritesPerCaller),
        (Till till, Limited.Till) =>
            Limit(new Bucket(Limited.Till, BucketOf(HashCode.Combine(till.MerchantId))), _options.CallsPerMerchant),
        _ => RateLimitPartition.GetNoLimiter(default(Bucket)),
    };

    private static RateLimitPartition<Bucket> Limit(Bucket bucket, RateLimit limit) =>
        RateLimitPartition.GetTokenBucketLimiter(bucket, _ => TokenBucket(limit));

    // Tokens come back one by one, or every second where that would be more often.
    internal static TokenBucketRateLimiterOptions TokenBucket(RateLimit limit)
    {
        var each = limit.Window / limit.Permits;
        var period = each > TimeSpan.FromSeconds(1) ? each : TimeSpan.FromSeconds(1);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit.Permits,
            TokensPerPeriod = Math.Max(1, (int)(limit.Permits * (period / limit.Window))),
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        };
    }

    private static Limited KindOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<LimitedAs>()?.Kind ?? Limited.None;

    private static int BucketOf(int hash) => (int)((uint)hash % Buckets);

    private static int AddressOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return 0;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = default(HashCode);
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : length)]);
        return BucketOf(hash.ToHashCode());
    }
}

/// <summary>Where requests are counted together.</summary>
internal readonly record struct Bucket(Limited Kind, int Number);

/// <summary>Says what an endpoint counts as.</summary>
internal sealed record LimitedAs(Limited Kind);

internal static class RateLimitExtensions
{
    /// <summary>Makes the endpoint count.</summary>
    public static TBuilder Limit<TBuilder>(this TBuilder endpoint, Limited kind)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new LimitedAs(kind));

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RateLimitOptions>().BindConfiguration("StyleShare:RateLimits")
            .Validate(
                o => new[] { o.SignUp, o.Login, o.WritesPerCaller, o.WritesPerAddress, o.CallsPerMerchant, o.WrongCodesPerTill }.All(l => l.Permits > 0 && l.Window > TimeSpan.Zero),
                "StyleShare:RateLimits: each limit needs Permits above 0 and a Window above 0.");
        services.AddSingleton<RateLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RateLimits>((limiter, limits) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = limits.All;
            limiter.OnRejected = limits.Refuse;
        });
        return services;
    }

    /// <summary>Puts the limiter before the endpoints that count; reads do not even pass it.</summary>
    public static void UseRateLimits(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<RateLimitOptions>>().Value.Enabled)
        {
            app.UseWhen(
                http => http.GetEndpoint()?.Metadata.GetMetadata<LimitedAs>() is not null,
                limited => limited.UseRateLimiter());
        }
    }
}
