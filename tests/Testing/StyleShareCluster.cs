using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using StyleShare.Reminders;
using StyleShare.Streams;

namespace StyleShare.Testing;

/// <summary>A silo with the whole product on a test's database, as <c>silo/</c> composes it but for the API.</summary>
/// <remarks>
/// With several silos it is one cluster. Several of these on one database are clusters that do not know of each other: a split brain.
/// </remarks>
public sealed class StyleShareCluster : IAsyncDisposable
{
    private const string IdSetting = "StyleShare:Testing:Cluster";

    // A configurator is made by the engine; what it cannot read from settings it finds here.
    private static readonly ConcurrentDictionary<string, StyleShareCluster> Clusters = new();

    private readonly Action<IServiceCollection>? _configure;
    private TestCluster? _cluster;
    private string _id = "";

    private StyleShareCluster(Action<IServiceCollection>? configure) => _configure = configure;

    /// <summary>The clock of all its silos.</summary>
    public FakeTime Time { get; } = new();

    /// <summary>Leads to the grains.</summary>
    public IGrainFactory Grains => _cluster!.GrainFactory;

    /// <summary>The first silo's services.</summary>
    public IServiceProvider Services => _cluster!.GetSiloServiceProvider();

    /// <summary>The silos, to be stopped, killed and added to.</summary>
    public TestCluster Cluster => _cluster!;

    /// <summary>Starts it.</summary>
    /// <param name="database">The database; it is migrated.</param>
    /// <param name="settings">Settings besides the connection string, such as <c>StyleShare:People:MaxFollowed</c>.</param>
    /// <param name="configure">Changes what is registered.</param>
    /// <param name="silos">How many.</param>
    public static async Task<StyleShareCluster> StartAsync(
        TestDatabase database,
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        Action<IServiceCollection>? configure = null,
        short silos = 1)
    {
        var cluster = new StyleShareCluster(configure);
        var id = Guid.NewGuid().ToString("n");
        var builder = new TestClusterBuilder(silos);
        builder.Options.ServiceId = ReminderServices.ServiceId;
        builder.Properties[IdSetting] = id;
        foreach (var (key, value) in PoolerServer.SettingsOf(database.ConnectionString))
            builder.Properties[key] = value;
        builder.Properties["StyleShare:Objects:Folder:Path"] = database.ObjectFolder;
        builder.Properties["StyleShare:Objects:Folder:Sync"] = "false";

        // Tests move their clock over days.
        builder.Properties["StyleShare:Backups:Enabled"] = "false";

        // A password costs 50 ms otherwise, and tests sign up many.
        builder.Properties["StyleShare:Accounts:PasswordIterations"] = "1";
        foreach (var (key, value) in settings ?? [])
            builder.Properties[key] = value;
        builder.AddSiloBuilderConfigurator<Configurator>();
        Clusters[id] = cluster;
        cluster._id = id;
        cluster._cluster = builder.Build();
        try
        {
            await cluster._cluster.DeployAsync();
        }
        catch (Exception)
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>Ends it as a crash does: grains get no chance to say anything.</summary>
    public async Task KillAsync() => await _cluster!.KillSiloAsync(_cluster.Primary);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Clusters.TryRemove(_id, out _);
    }

    private sealed class Configurator : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            var cluster = Clusters[siloBuilder.Configuration[IdSetting]!];
            siloBuilder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            siloBuilder.Services.AddSingleton<TimeProvider>(cluster.Time);
            siloBuilder.Services.AddStyleShare(siloBuilder.Configuration);
            siloBuilder.AddDurableReminders();
            siloBuilder.AddDurableStreams();
            cluster._configure?.Invoke(siloBuilder.Services);
        }
    }
}
