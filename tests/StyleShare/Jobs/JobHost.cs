using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StyleShare.DeadLetters;
using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Testing;

namespace StyleShare.Tests.Jobs;

/// <summary>What the jobs of these tests come with.</summary>
internal sealed record Probe(int Number, string Text = "");

[JsonSerializable(typeof(Probe))]
internal sealed partial class ProbeJson : JsonSerializerContext;

/// <summary>Does what the test says.</summary>
internal class ProbeHandler(Func<JobContext, Probe, CancellationToken, Task> run) : IJobHandler<Probe>
{
    public Task Run(JobContext context, Probe payload, CancellationToken cancellation) => run(context, payload, cancellation);
}

/// <summary>Another one, for tests of two kinds.</summary>
internal sealed class OtherHandler(Func<JobContext, Probe, CancellationToken, Task> run) : ProbeHandler(run);

/// <summary>A silo's storage and jobs, without the silo.</summary>
internal sealed class JobHost : IAsyncDisposable
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private JobHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IJobs Jobs => Services.GetRequiredService<IJobs>();

    public ICommitter Committer => Services.GetRequiredService<ICommitter>();

    public NpgsqlDataSource Source => Services.GetRequiredService<NpgsqlDataSource>();

    public static JobKind<Probe> Kind(string name = "probe") => new(name, ProbeJson.Default.Probe);

    /// <summary>Starts one that does jobs of one kind.</summary>
    public static Task<JobHost> StartAsync(
        string connectionString,
        JobKind<Probe> kind,
        Func<JobContext, Probe, CancellationToken, Task> run,
        Action<JobOptions>? options = null) => StartAsync(
        connectionString,
        services =>
        {
            services.AddSingleton(new ProbeHandler(run));
            services.AddJob<Probe, ProbeHandler>(kind);
            if (options is not null)
                services.Configure(options);
        });

    /// <summary>Starts one.</summary>
    public static async Task<JobHost> StartAsync(string connectionString, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(PoolerServer.SettingsOf(connectionString));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddStyleShareStorage(builder.Configuration);
        builder.Services.AddDeadLetters();
        builder.Services.AddJobs(builder.Configuration);
        configure(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new JobHost(host);
    }

    /// <summary>Commits a change.</summary>
    public Task Commit(Action<Change> fill)
    {
        var change = new Change();
        fill(change);
        return Committer.Commit(change);
    }

    /// <summary>Waits until a job is in a state.</summary>
    public async Task<JobStatus> Reaches(Guid id, JobState state)
    {
        JobStatus? status = null;
        await Until(async () => (status = await Jobs.Find(id))?.State == state);
        return status!;
    }

    /// <summary>Waits until no job is left.</summary>
    public Task Empty() => Until(async () => await Count("SELECT count(*) FROM jobs") == 0);

    public async Task<long> Count(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task Execute(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until a condition holds.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Generous);
        while (!await condition())
            await Task.Delay(10, limit.Token);
    }

    /// <summary>Ends it as a crash does: nothing more is written.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
            await host.DisposeAsync();
    }
}
