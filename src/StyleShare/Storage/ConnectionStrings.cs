using Microsoft.Extensions.Configuration;
using Npgsql;

namespace StyleShare.Storage;

/// <summary>The connection strings of the configuration, and what we set in them.</summary>
internal static class ConnectionStrings
{
    /// <summary>The way that most connections take: to the server, or to its pooler.</summary>
    public const string Main = StorageServices.ConnectionStringName;

    /// <summary>The way around the pooler.</summary>
    public const string Direct = Main + "Direct";

    /// <summary>Whether all is there that the pooler needs.</summary>
    public static bool Suffice(IConfiguration configuration, StorageOptions options) =>
        options.Pooler == Pooler.None || !string.IsNullOrWhiteSpace(configuration.GetConnectionString(Direct));

    /// <summary>For connections through the pooler, where there is one.</summary>
    public static NpgsqlConnectionStringBuilder ForStatements(IConfiguration configuration, StorageOptions options)
    {
        var settings = Of(configuration, options, Main);
        if (options.Pooler == Pooler.Transaction)
        {
            // What is prepared is another connection's next time, and what would be reset is, too.
            settings.MaxAutoPrepare = 0;
            settings.NoResetOnClose = true;
        }

        return settings;
    }

    /// <summary>For connections to the server itself.</summary>
    public static NpgsqlConnectionStringBuilder ForSessions(IConfiguration configuration, StorageOptions options) =>
        Of(configuration, options, options.Pooler == Pooler.None ? Main : Direct);

    private static NpgsqlConnectionStringBuilder Of(IConfiguration configuration, StorageOptions options, string name)
    {
        var text = configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidOperationException(
                $"There is no connection string: set ConnectionStrings__{name} to the address of a PostgreSQL database.");
        return new NpgsqlConnectionStringBuilder(text)
        {
            Timeout = (int)options.ConnectTimeout.TotalSeconds,
            CommandTimeout = (int)options.CommandTimeout.TotalSeconds,
            // Statements are few and fixed: each is parsed once a connection.
            MaxAutoPrepare = 250,
            AutoPrepareMinUsages = 1,
            // A group is written in few packets.
            WriteBufferSize = 32 * 1024,
        };
    }
}
