using System.Data.Common;

namespace Orleans.Hosting
{
    /// <summary>What reminders may be.</summary>
    public sealed class ReminderOptions
    {
        /// <summary>The shortest period; a minute, as in Orleans: a tick is a write to the table, and shorter times are for timers.</summary>
        public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);
    }
}

namespace Orleans.Configuration
{
    /// <summary>The database of reminders.</summary>
    public class AdoNetReminderTableOptions
    {
        /// <summary>The provider's name; here it is Npgsql.</summary>
        public string Invariant { get; set; } = "";

        /// <summary>Leads to the database, unless <see cref="DataSource"/> does.</summary>
        public string? ConnectionString { get; set; }

        /// <summary>Leads to the database, with connections that others use too; an NpgsqlDataSource.</summary>
        public DbDataSource? DataSource { get; set; }
    }
}
