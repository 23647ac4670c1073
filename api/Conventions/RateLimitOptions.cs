using System.ComponentModel.DataAnnotations;

namespace StyleShare.Api.Conventions;

/// <summary>How often one may do something, section <c>StyleShare:RateLimits</c>. A person never meets the defaults.</summary>
public sealed class RateLimitOptions
{
    /// <summary>False for load tests on a private machine.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Accounts made from one address: a school class at once behind one router.</summary>
    public RateLimit SignUp { get; set; } = new() { Permits = 40, Window = TimeSpan.FromMinutes(10) };

    /// <summary>Logins and refreshes from one address: an office or a mobile carrier's gateway, not a list of passwords.</summary>
    public RateLimit Login { get; set; } = new() { Permits = 120, Window = TimeSpan.FromMinutes(1) };

    /// <summary>Writes of one person: two a second for five minutes is faster than thumbs are.</summary>
    public RateLimit WritesPerCaller { get; set; } = new() { Permits = 600, Window = TimeSpan.FromMinutes(5) };

    /// <summary>Writes from one address: many people behind one gateway.</summary>
    public RateLimit WritesPerAddress { get; set; } = new() { Permits = 12_000, Window = TimeSpan.FromMinutes(5) };

    /// <summary>Calls of one shop's tills: a chain of a thousand tills with a customer every few seconds each.</summary>
    public RateLimit CallsPerMerchant { get; set; } = new() { Permits = 30_000, Window = TimeSpan.FromMinutes(1) };

    /// <summary>Codes of members and redemptions that one API key sends and that are none: a few misread ones, not a search.</summary>
    public RateLimit WrongCodesPerTill { get; set; } = new() { Permits = 10, Window = TimeSpan.FromMinutes(1) };
}

/// <summary>So many in so long: all at once if one likes, then as they come back, evenly.</summary>
public sealed class RateLimit
{
    /// <summary>How many at once.</summary>
    [Range(1, int.MaxValue)]
    public int Permits { get; set; }

    /// <summary>How long it takes for all of them to come back.</summary>
    public TimeSpan Window { get; set; }
}
