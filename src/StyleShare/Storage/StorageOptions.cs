using System.ComponentModel.DataAnnotations;

namespace StyleShare.Storage;

/// <summary>What stands between a silo and its PostgreSQL server.</summary>
public enum Pooler
{
    /// <summary>Nothing that changes what a connection is.</summary>
    None,

    /// <summary>
    /// A pooler such as PgBouncer, which lends a connection of the server for one transaction at a time. Nothing is prepared
    /// or set beyond a transaction then; what needs a session of its own goes around it, by
    /// <c>ConnectionStrings:StyleShareDirect</c>.
    /// </summary>
    Transaction,
}

/// <summary>How a silo uses its database (<c>StyleShare:Storage</c>).</summary>
public sealed class StorageOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Storage";

    /// <summary>
    /// What the connection string leads to. With many silos a pooler keeps the server's connections few; each silo still has
    /// some to the server itself: one to listen, and for moments those that migrate or clean up.
    /// </summary>
    [EnumDataType(typeof(Pooler))]
    public Pooler Pooler { get; set; } = Pooler.None;

    /// <summary>
    /// Connections that commit. While one waits for the disk another one sends, so two keep both busy; more only make
    /// smaller groups.
    /// </summary>
    [Range(1, 32)]
    public int Lanes { get; set; } = 2;

    /// <summary>
    /// Changes that may wait: at 20,000 commits a second a second's worth, some tens of megabytes. More would only wait longer
    /// than callers do.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxQueuedChanges { get; set; } = 20_000;

    /// <summary>Rows of all changes that may wait, for changes can be large.</summary>
    [Range(1, 100_000_000)]
    public int MaxQueuedRows { get; set; } = 200_000;

    /// <summary>Changes of a group: beyond some hundreds a group's fixed cost is gone, and all wait for its last one.</summary>
    [Range(1, 100_000)]
    public int MaxGroupChanges { get; set; } = 500;

    /// <summary>Rows of a group; a single change may have more.</summary>
    [Range(1, 1_000_000)]
    public int MaxGroupRows { get; set; } = 5_000;

    /// <summary>Rows of one change: a hot grain collects this many while its last commit is under way, then it refuses.</summary>
    [Range(1, 1_000_000)]
    public int MaxChangeRows { get; set; } = 20_000;

    /// <summary>How long a change waits to be sent before it is refused: shorter than a call's time limit (30 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long, after a connection was lost at a commit, the database is asked for the outcome before it is given up as
    /// unknown: a restart takes seconds, and a call's time limit is 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan MaxOutcomeWait { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a group or a query may take before the connection is given up: hundreds of times the usual.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long opening a connection may take; on a local network it takes milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Connections for reading. A few more than the database's cores keep it busy; queries beyond wait in the silo. All silos
    /// together must fit into the server's <c>max_connections</c>.
    /// </summary>
    [Range(1, 1_000)]
    public int ReadConnections { get; set; } = 16;

    /// <summary>How often old rows are deleted: they are kept for a day, ten minutes more do not matter.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetentionEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Old rows deleted by one statement: few milliseconds, so that nobody waits behind it.</summary>
    [Range(1, 100_000)]
    public int RetentionBatch { get; set; } = 1_000;

    /// <summary>
    /// How often is looked whether tables have grown so that statements are to be planned anew: a look takes a millisecond, and
    /// until then a plan for an empty table may be in use.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan StatisticsEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Encrypts the key ring in the database; the same for all silos, 32 random characters or more, kept outside of the
    /// database. Without it the keys lie beside what they protect, which keeps nothing from a reader of the whole database.
    /// </summary>
    [MinLength(32)]
    public string? KeyRingSecret { get; set; }
}
