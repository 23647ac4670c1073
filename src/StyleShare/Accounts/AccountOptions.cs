namespace StyleShare.Accounts;

/// <summary>Settings of accounts and sessions; section <c>StyleShare:Accounts</c>.</summary>
public sealed class AccountOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Accounts";

    /// <summary>How long an access token is good for. A revoked session is refused at once by every silo that can reach
    /// the database; this is the longest that one which cannot would let it through.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a person may stay away and still be signed in: a month, as apps on phones are used.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How far clocks of silos may be apart before tokens seem to come from the future or to end early.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Who signs tokens (the <c>iss</c> claim).</summary>
    public string Issuer { get; set; } = "styleshare";

    /// <summary>Whom tokens are for (the <c>aud</c> claim).</summary>
    public string Audience { get; set; } = "styleshare-api";

    /// <summary>How old the signing key gets before the next one is made: a stolen backup is of no use for long.</summary>
    public TimeSpan SigningKeyRotation { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often a silo looks for new signing keys. A new key signs only after twice this time, when all have it.</summary>
    public TimeSpan SigningKeyReload { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often at the most a token with an unknown key makes a silo look for keys outside its turn.</summary>
    public TimeSpan UnknownKeyReload { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many checked tokens are remembered, at 0.5 kB each. Twice this is the bound; checking one anew costs
    /// about 10 µs, so a silo with more callers than this is slower, not wrong.</summary>
    public int TokenCacheSize { get; set; } = 50_000;

    /// <summary>How often a silo asks which sessions were revoked on others.</summary>
    public TimeSpan RevocationPoll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after it was taken a name counts as on its way to an account, so that nobody else gets it.
    /// A sign-up that has not committed within half of this gives up.</summary>
    public TimeSpan ClaimSettled { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for a password: what OWASP's password storage cheat sheet asks for (2023).
    /// Tests lower it.</summary>
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>How many passwords are hashed at once; 0 for half of the cores, so that the rest of the service stays quick.</summary>
    public int PasswordConcurrency { get; set; }

    /// <summary>How many callers may wait to have a password hashed; those beyond are told to come back.</summary>
    public int PasswordQueue { get; set; } = 256;

    /// <summary>How long a caller waits for that at the most.</summary>
    public TimeSpan PasswordWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many things of a person are erased at once: enough to commit in groups, few enough not to be felt.</summary>
    public int EraseBatch { get; set; } = 100;

    /// <summary>How long the link in a mail resets the password: long enough for a slow mail, short enough for a mailbox that
    /// somebody else reads later.</summary>
    public TimeSpan ResetLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the link in a mail confirms its address; it gives nothing away, so a long weekend is fine.</summary>
    public TimeSpan VerificationLifetime { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How many mails about accounts go to one address within an hour, so that nobody's mailbox can be filled by
    /// asking for them.</summary>
    public int MailsPerHour { get; set; } = 5;

    /// <summary>How often sessions that ended long ago are deleted; a minute at the least, as reminders are.</summary>
    public TimeSpan SessionCleanup { get; set; } = TimeSpan.FromHours(1);
}
