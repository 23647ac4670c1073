using System.ComponentModel.DataAnnotations;

namespace StyleShare.Backups;

/// <summary>Backups of the database (<c>StyleShare:Backups</c>).</summary>
public sealed class BackupOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Backups";

    /// <summary>Whether a backup is made each day, by one of the silos. False where another tool makes them.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>When, as a time of day in UTC. Silos should agree on it, and not change it at the hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "23:59:59")]
    public TimeSpan At { get; set; } = TimeSpan.FromHours(3);

    /// <summary>What is kept.</summary>
    public BackupKeep Keep { get; set; } = new();

    /// <summary>
    /// The folder of <c>pg_dump</c> and <c>pg_restore</c>, which must not be older than the server. Without it those of Debian's
    /// packages are looked for, and then the path.
    /// </summary>
    public string? Programs { get; set; }

    /// <summary>How much time is spent on size (gzip, 0 to 9): six is where more brings little.</summary>
    [Range(0, 9)]
    public int Compression { get; set; } = 6;

    /// <summary>How long the ledger's audit and the counting of rows may take, which run beside the dump.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan AuditTimeLimit { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How old the dump of a backup that was never finished gets before it is deleted: older than a backup may take.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan HalvesAfter { get; set; } = TimeSpan.FromDays(2);
}

/// <summary>How many backups are kept: the newest one of each of the latest days, weeks and months that have one.</summary>
public sealed class BackupKeep
{
    /// <summary>Days (UTC). A mistake is mostly found within a week.</summary>
    [Range(1, 10_000)]
    public int Daily { get; set; } = 7;

    /// <summary>Weeks (ISO 8601).</summary>
    [Range(0, 10_000)]
    public int Weekly { get; set; } = 4;

    /// <summary>Months.</summary>
    [Range(0, 10_000)]
    public int Monthly { get; set; } = 12;
}
