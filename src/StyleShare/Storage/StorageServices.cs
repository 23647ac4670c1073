using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Storage;

namespace StyleShare.Storage;

/// <summary>Registers storage.</summary>
public static class StorageServices
{
    /// <summary>The connection string's name in the configuration.</summary>
    public const string ConnectionStringName = "StyleShare";

    /// <summary>
    /// Adds the database: <see cref="NpgsqlDataSource"/> for reading, <see cref="ICommitter"/> for writing, and
    /// <see cref="GrainStateStorage"/> for <c>IPersistentState</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">At the first use, if there is no connection string.</exception>
    public static IServiceCollection AddStyleShareStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => ConnectionStrings.Suffice(configuration, options),
                $"{StorageOptions.Section}:Pooler is {nameof(Pooler.Transaction)}, so ConnectionStrings__{ConnectionStrings.Direct} is needed: " +
                "the address of the server itself, for what a pooler of transactions cannot do (LISTEN, migrations, backups).")
            .ValidateOnStart();
        services.AddMetrics();
        // Npgsql tells of every command at Information; what matters of them we tell ourselves.
        services.AddLogging(logging => logging.AddFilter("Npgsql", LogLevel.Warning));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Ids>();
        services.AddSingleton<StorageMeters>();
        services.AddSingleton(provider => CreateReadSource(provider, configuration));
        services.AddSingleton(provider => CreateLaneSource(provider, configuration));
        services.AddSingleton(provider => CreateStreamSource(provider, configuration));
        services.AddSingleton<CommitSignals>();
        services.AddSingleton(provider => CreateDirectSource(provider, configuration));
        services.AddSingleton(provider => new ListenerSource(ConnectionStrings.ForSessions(configuration, OptionsOf(provider))));
        services.AddSingleton<Listener>();
        services.AddHostedService(provider => provider.GetRequiredService<Listener>());
        services.AddSingleton<Requests.AnswerProtector>();
        services.AddSingleton<Committer>();
        services.AddSingleton<ICommitter>(provider => provider.GetRequiredService<Committer>());
        services.AddHostedService(provider => provider.GetRequiredService<Committer>());
        services.AddKeyedSingleton<IGrainStorage>(
            GrainStateStorage.Name,
            (provider, _) => new GrainStateStorage(
                provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<ICommitter>()));
        services.AddDataProtection().SetApplicationName("StyleShare");
        services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((options, provider) =>
        {
            options.XmlRepository = new KeyRing(provider.GetRequiredService<NpgsqlDataSource>());
            if (provider.GetRequiredService<IOptions<StorageOptions>>().Value.KeyRingSecret is not null)
                options.XmlEncryptor = new KeyRingCipher(provider);
        });
        services.AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddSingleton<FreshStatistics>();
        services.AddHostedService(provider => provider.GetRequiredService<FreshStatistics>());
        services.AddSingleton(new RetentionRule(
            "commit_groups",
            """
            DELETE FROM commit_groups WHERE ctid = ANY (ARRAY (
                SELECT ctid FROM commit_groups WHERE committed_at < now() - $1 LIMIT $2))
            """,
            // Of killed silos: their lanes ask no more after seconds.
            TimeSpan.FromDays(1)));
        return services;
    }

    private static StorageOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<StorageOptions>>().Value;

    private static NpgsqlDataSource CreateReadSource(IServiceProvider provider, IConfiguration configuration)
    {
        var options = OptionsOf(provider);
        var settings = ConnectionStrings.ForStatements(configuration, options);
        settings.MaxPoolSize = options.ReadConnections;

        // Reading leaves nothing behind in a session. Resetting it each time costs the server more than a read by key does:
        // without it, three times as many people are activated a second.
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "styleshare";
        return Build(provider, settings);
    }

    private static LaneDataSource CreateLaneSource(IServiceProvider provider, IConfiguration configuration)
    {
        var options = OptionsOf(provider);
        var settings = ConnectionStrings.ForStatements(configuration, options);
        settings.Pooling = false;
        settings.Multiplexing = false;
        // Errors say which statement of a group failed; statements hold no values, those are parameters.
        settings.IncludeFailedBatchedCommand = true;
        settings.ApplicationName = "styleshare-commit";
        return new LaneDataSource(Build(provider, settings), options.Pooler);
    }

    private static StreamSource CreateStreamSource(IServiceProvider provider, IConfiguration configuration)
    {
        var options = OptionsOf(provider);
        var settings = ConnectionStrings.ForStatements(configuration, options);
        settings.MaxPoolSize = 4;
        settings.NoResetOnClose = true;
        settings.ApplicationName = "styleshare-streams";
        if (options.Pooler == Pooler.None)
            settings.Options = StreamSource.Settings.ForStartup;
        return new StreamSource(Build(provider, settings), options.Pooler);
    }

    private static DirectSource CreateDirectSource(IServiceProvider provider, IConfiguration configuration)
    {
        var options = OptionsOf(provider);
        var settings = ConnectionStrings.ForSessions(configuration, options);
        if (options.Pooler == Pooler.None)
            return new DirectSource(provider.GetRequiredService<NpgsqlDataSource>(), settings.ConnectionString, isOwn: false);
        settings.MaxPoolSize = 4;
        settings.MinPoolSize = 0;
        settings.ApplicationName = "styleshare-direct";
        return new DirectSource(Build(provider, settings), settings.ConnectionString, isOwn: true);
    }

    private static NpgsqlDataSource Build(IServiceProvider provider, NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString)
            .UseLoggerFactory(provider.GetService<ILoggerFactory>())
            .Build();
}
