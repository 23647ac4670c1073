using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace StyleShare.Reminders;

/// <summary>Registers reminders.</summary>
public static class ReminderServices
{
    /// <summary>What all silos of the product are, to the tables that they share.</summary>
    public const string ServiceId = "styleshare";

    /// <summary>Keeps reminders in the product's database, by the connections that read.</summary>
    public static ISiloBuilder AddDurableReminders(this ISiloBuilder silo) => silo
        .UseAdoNetReminderService(options => options.Configure<NpgsqlDataSource>((table, database) =>
        {
            table.Invariant = "Npgsql";
            table.DataSource = database;
        }));
}
