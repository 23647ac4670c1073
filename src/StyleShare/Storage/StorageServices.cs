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
            .ValidateDataAnnotations().ValidateOnStart();
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
        services.AddSingleton(provider => new ListenerSource(
            Settings(configuration, provider.GetRequiredService<IOptions<StorageOptions>>().Value)));
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

    private static NpgsqlDataSource CreateReadSource(IServiceProvider provider, IConfiguration configuration)
    {
        var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
        var settings = Settings(configuration, options);
        settings.MaxPoolSize = options.ReadConnections;

        // Reading leaves nothing behind in a session. Resetting it each time costs the server more than a read by key does:
        // without it, three times as many people are activated a second.
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "styleshare";
        return Build(provider, settings);
    }

    private static LaneDataSource CreateLaneSource(IServiceProvider provider, IConfiguration configuration)
    {
        var settings = Settings(configuration, provider.GetRequiredService<IOptions<StorageOptions>>().Value);
        settings.Pooling = false;
        settings.Multiplexing = false;
        // Errors say which statement of a group failed; statements hold no values, those are parameters.
        settings.IncludeFailedBatchedCommand = true;
        settings.ApplicationName = "styleshare-commit";
        return new LaneDataSource(Build(provider, settings));
    }

    private static StreamSource CreateStreamSource(IServiceProvider provider, IConfiguration configuration)
    {
        var settings = Settings(configuration, provider.GetRequiredService<IOptions<StorageOptions>>().Value);
        settings.MaxPoolSize = 4;
        settings.NoResetOnClose = true;
        settings.ApplicationName = "styleshare-streams";

        // As for lanes, plans by index are right whatever the arrays hold. What is acknowledged or renewed here may be lost with
        // the server: then it is done again.
        settings.Options =
            "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off " +
            "-c enable_material=off -c enable_memoize=off -c max_parallel_workers_per_gather=0 -c jit=off -c synchronous_commit=off";
        return new StreamSource(Build(provider, settings));
    }

    private static NpgsqlConnectionStringBuilder Settings(IConfiguration configuration, StorageOptions options)
    {
        var text = configuration.GetConnectionString(ConnectionStringName);
        if (string.IsNullOrWhiteSpace(text))
            throw new InvalidOperationException(
                $"There is no connection string: set ConnectionStrings__{ConnectionStringName} to the address of a PostgreSQL database.");
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

    private static NpgsqlDataSource Build(IServiceProvider provider, NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString)
            .UseLoggerFactory(provider.GetService<ILoggerFactory>())
            .Build();
}

/// <summary>Makes the lanes' connections, which differ in their settings from those for reading.</summary>
internal sealed class LaneDataSource(NpgsqlDataSource source) : IAsyncDisposable
{
    public NpgsqlDataSource DataSource { get; } = source;

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}

/// <summary>
/// Makes the connections that read and acknowledge events and renew leases: few, and their own, so that events flow while those
/// for reading are all taken.
/// </summary>
internal sealed class StreamSource(NpgsqlDataSource source) : IAsyncDisposable
{
    public NpgsqlDataSource DataSource { get; } = source;

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}
