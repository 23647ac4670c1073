using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StyleShare.Storage;

namespace StyleShare.Testing;

/// <summary>Storage as a silo has it, without a silo.</summary>
public sealed class TestStorage : IAsyncDisposable
{
    private readonly IHost _host;

    private TestStorage(IHost host) => _host = host;

    /// <summary>What is registered.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>The committer.</summary>
    public ICommitter Committer => Services.GetRequiredService<ICommitter>();

    /// <summary>For reading.</summary>
    public NpgsqlDataSource Source => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Starts it.</summary>
    /// <param name="connectionString">Of a migrated database.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public static async Task<TestStorage> StartAsync(
        string connectionString, Action<StorageOptions>? configure = null, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(PoolerServer.SettingsOf(connectionString));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddStyleShareStorage(builder.Configuration);
        if (configure is not null)
            builder.Services.Configure(configure);
        var host = builder.Build();
        await host.StartAsync();
        return new TestStorage(host);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }
}
