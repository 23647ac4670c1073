using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StyleShare.Silos;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Silos;

/// <summary>A silo's storage and its word in the registry, without the silo.</summary>
internal sealed class RegistryHost : IAsyncDisposable
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _stopped;

    private RegistryHost(IHost host)
    {
        _host = host;
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => _stopping.TrySetResult());
    }

    public Guid Id => _host.Services.GetRequiredService<SiloRegistry>().Id;

    public SiloDesk Desk => _host.Services.GetRequiredService<SiloDesk>();

    public IDrain Drain => _host.Services.GetRequiredService<IDrain>();

    /// <summary>Ends when the host is told to stop.</summary>
    public Task Stopping => _stopping.Task.WaitAsync(Generous);

    public bool IsStopping => _stopping.Task.IsCompleted;

    /// <summary>Starts one that takes nobody for lost, however slow this machine is.</summary>
    public static async Task<RegistryHost> StartAsync(
        TestDatabase database, string name = "silo", Action<SiloRegistryOptions>? options = null, Action<ScaleOptions>? scale = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(PoolerServer.SettingsOf(database.ConnectionString));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddStyleShareStorage(builder.Configuration);
        builder.Services.AddSilos(builder.Configuration);
        builder.Services.Configure<SiloRegistryOptions>(set =>
        {
            (set.Name, set.LiveFor, set.ForgetAfter) = (name, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
            options?.Invoke(set);
        });
        if (scale is not null)
            builder.Services.Configure(scale);
        var host = builder.Build();
        await host.StartAsync();
        return new RegistryHost(host);
    }

    /// <summary>Waits until the registry says so.</summary>
    public async Task Until(Func<IReadOnlyList<RegisteredSilo>, bool> holds)
    {
        using var limit = new CancellationTokenSource(Generous);
        while (!holds(await Desk.List(limit.Token)))
            await Task.Delay(20, limit.Token);
    }

    public async Task StopAsync()
    {
        if (!_stopped)
            await _host.StopAsync();
        _stopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }
}
