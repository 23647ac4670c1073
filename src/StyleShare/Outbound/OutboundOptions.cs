namespace StyleShare.Outbound;

/// <summary>What holds for every connection to services of others; section <c>StyleShare:Outbound</c>.</summary>
public sealed class OutboundOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Outbound";

    /// <summary>
    /// Lets addresses that clients name lead to private and loopback networks. False, or whoever signs up could have this
    /// server talk to what stands behind the firewall; true for tests on one machine.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>
    /// A file with the root certificates (PEM) to trust in place of the machine's: for a network that looks into its traffic,
    /// and for tests. None by default.
    /// </summary>
    public string? TrustedRoots { get; set; }
}

/// <summary>How far one service of others may go; a part of its sender's section.</summary>
public sealed class ServiceLimits
{
    /// <summary>One attempt in all, to the last byte of the answer. Push services answer in well under a second; a job has 30.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Until a connection stands; longer is a route that does not work.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a connection that did not come to be is tried again at once: enough for one dead address of several.
    /// All else is left to who asked, who waits longer.</summary>
    public int ConnectRetries { get; set; } = 2;

    /// <summary>Requests under way at once: at 100 ms each some 2,000 a second, and 1 MB of memory.</summary>
    public int Concurrency { get; set; } = 200;

    /// <summary>Requests a second. FCM's quota is 600,000 a minute a project, of which many silos may want a part; APNs names none.</summary>
    public int PerSecond { get; set; } = 2_000;

    /// <summary>Requests that wait for one of these; those beyond are told to come back.</summary>
    public int Waiting { get; set; } = 1_000;

    /// <summary>How many requests within <see cref="BreakWindow"/> are needed before a service can be judged.</summary>
    public int BreakAfter { get; set; } = 10;

    /// <summary>How long the requests are counted of which more than half must have failed for the service to be left alone.</summary>
    public TimeSpan BreakWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it is left alone at first; doubled with each probe that fails, up to <see cref="LongestBreak"/>.</summary>
    public TimeSpan FirstBreak { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it is left alone at the most, so that its return is noticed soon.</summary>
    public TimeSpan LongestBreak { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What is wrong with the settings; null if nothing.</summary>
    public string? Wrong(string section)
    {
        if (Timeout <= TimeSpan.Zero || ConnectTimeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(5))
            return $"{section}: Timeout and ConnectTimeout must be above 0, and Timeout at most 5 minutes.";
        if (ConnectRetries is < 0 or > 10 || Concurrency < 1 || PerSecond < 1 || Waiting < 0)
            return $"{section}: ConnectRetries must be 0 to 10, Concurrency and PerSecond at least 1, Waiting at least 0.";
        if (BreakAfter < 2 || BreakWindow < TimeSpan.FromSeconds(0.5) || FirstBreak < TimeSpan.FromSeconds(0.5) || LongestBreak < FirstBreak)
            return $"{section}: BreakAfter must be at least 2, BreakWindow and FirstBreak at least 0.5 s, LongestBreak at least FirstBreak.";
        return null;
    }
}
