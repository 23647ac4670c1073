using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Orleans.Configuration;

namespace Compliance;

/// <summary>A silo in a host: how it is added, what runs when it starts, and how it stops.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task A_silo_lives_in_a_HostApplicationBuilder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo => Local(silo));
        await Serves(builder.Build());
    }

    [Fact]
    public async Task A_silo_lives_in_a_HostBuilder()
    {
        await Serves(new HostBuilder().UseOrleans(static silo => Local(silo)).Build());
    }

    [Fact]
    public async Task A_silo_lives_in_a_web_application_beside_its_endpoints()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Host.UseOrleans(static silo => Local(silo));
        var app = builder.Build();
        app.MapGet("/{key}", static (string key, IGrainFactory grains) => grains.GetGrain<IStringKeyGrain>(key).Key());
        await app.StartAsync();
        using (var client = new HttpClient()) Assert.Equal("via-http", await client.GetStringAsync($"{app.Urls.First()}/via-http"));
        await app.StopAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Configuration_and_services_of_the_silo_are_those_of_the_host()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["colour"] = "green";
        builder.Services.AddSingleton(new Paint("from the host"));
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Services.AddKeyedSingleton("blue", new Paint(silo.Configuration["colour"]!));
            silo.ConfigureServices(static services => services
                .AddKeyedSingleton("red", static (s, _) => s.GetRequiredService<Paint>())
                .AddScoped<PerActivation>());
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ISuppliedGrain>(Guid.NewGuid().ToString());
        Assert.Equal("green, from the host, own context", await grain.WhatIGot());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_silo_knows_its_name_cluster_and_address()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Configure<ClusterOptions>(static options => options.ClusterId = "the-cluster");
        });
        using var host = builder.Build();
        await host.StartAsync();
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        Assert.Equal("the-cluster", details.ClusterId);
        Assert.False(string.IsNullOrEmpty(details.Name));
        Assert.True(IPAddress.IsLoopback(details.SiloAddress.Endpoint.Address));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_startup_task_has_called_its_grains_when_the_host_has_started()
    {
        var probe = Probe.New(out var key);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo =>
        {
            Local(silo);
            silo.AddStartupTask(async (services, _) =>
            {
                await services.GetRequiredService<IGrainFactory>().GetGrain<ILifeGrain>(key).Note("by delegate");
            });
            silo.Services.AddSingleton(new Paint(key));
            silo.AddStartupTask<NotingStartupTask>();
        });
        using var host = builder.Build();
        await host.StartAsync();
        Assert.Contains("by delegate", probe.Journal);
        Assert.Contains("by class", probe.Journal);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_startup_task_that_fails_keeps_the_silo_from_starting()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.AddStartupTask(static (_, _) => throw new InvalidOperationException("no start today"));
        });
        using var host = builder.Build();
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains("no start today", failure.ToString());
    }

    [Fact]
    public async Task Participants_start_by_stage_and_stop_the_other_way_round()
    {
        var probe = Probe.New(out var key);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo =>
        {
            Local(silo);
            silo.Services.AddSingleton(new Paint(key));
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, NotingParticipant>();
        });
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        Assert.Equal(
            ["start runtime", "start application", "start active", "stop active", "stop application", "stop runtime"],
            probe.Journal);
    }

    [Fact]
    public async Task A_graceful_stop_deactivates_every_grain_and_says_why()
    {
        Probe.New(out var key);
        using var host = await Start();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => grains.GetGrain<ILifeGrain>($"{key}:{i}").Note("up")));
        await host.StopAsync();
        for (var i = 0; i < 500; i++) Assert.Equal("deactivated ShuttingDown", Probe.Of($"{key}:{i}").Journal[^1]);
    }

    [Fact]
    public async Task A_graceful_stop_lets_a_request_under_way_finish()
    {
        var probe = Probe.New(out var key);
        using var host = await Start();
        var held = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILifeGrain>(key).Hold();
        await probe.Wait("holding");
        var stopping = host.StopAsync();
        probe.Signal("release");
        await held;
        await stopping;
        Assert.Equal(["released", "deactivated ShuttingDown"], probe.Journal.TakeLast(2));
    }

    [Fact]
    public async Task A_grain_that_will_not_go_does_not_hold_up_the_stop_for_ever()
    {
        var probe = Probe.New(out var key);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Configure<GrainCollectionOptions>(static options => options.DeactivationTimeout = TimeSpan.FromSeconds(1));
        });
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<ISlowLeaverGrain>(key).Activation();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await host.StopAsync(limit.Token);
        Assert.True(probe.IsSignalled("leaving"));
        Assert.False(probe.IsSignalled("left"));
        probe.Signal("left");
    }

    [Fact]
    public async Task An_activation_that_takes_too_long_is_given_up()
    {
        var probe = Probe.New(out var key);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Configure<GrainCollectionOptions>(static options => options.ActivationTimeout = TimeSpan.FromSeconds(1));
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ISlowStarterGrain>(key);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.Always());
        probe.Signal("activate");
        await grain.Always();
        Assert.Equal(["always"], probe.Journal);
        await host.StopAsync();
    }

    [Fact]
    public async Task Idle_grains_are_shed_when_memory_runs_short()
    {
        var probe = Probe.New(out var key);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Configure<GrainCollectionOptions>(static options =>
            {
                options.EnableActivationSheddingOnMemoryPressure = true;
                options.MemoryUsageLimitPercentage = 0.002;
                options.MemoryUsageTargetPercentage = 0.001;
                options.MemoryUsagePollingPeriod = TimeSpan.FromMilliseconds(100);
            });
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ILongLivedGrain>(key);
        await grain.Touch();
        await probe.Wait("deactivated");
        Assert.Equal("HighMemoryPressure", probe.Journal[0]);
        await grain.Touch();
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_are_validated_at_start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo =>
        {
            Local(silo);
            silo.Configure<GrainCollectionOptions>(static options => options.CollectionAge = TimeSpan.FromMilliseconds(1));
        });
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync();
        });
        Assert.Contains("CollectionAge", failure.ToString());
    }

    private static async Task<IHost> Start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(static silo => Local(silo));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task Serves(IHost host)
    {
        await host.StartAsync();
        Assert.Equal("a", await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IStringKeyGrain>("a").Key());
        Assert.Equal("b", await host.Services.GetRequiredService<IClusterClient>().GetGrain<IStringKeyGrain>("b").Key());
        await host.StopAsync();
        host.Dispose();
    }

    private static ISiloBuilder Local(ISiloBuilder silo) => silo.UseLocalhostClustering(FreePort(), FreePort());

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

public sealed class NotingStartupTask(Paint key, IGrainFactory grains) : IStartupTask
{
    public Task Execute(CancellationToken cancellationToken) => grains.GetGrain<ILifeGrain>(key.Name).Note("by class");
}

public sealed class NotingParticipant(Paint key) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer)
    {
        Subscribe(ServiceLifecycleStage.Active, "active");
        Subscribe(ServiceLifecycleStage.RuntimeServices, "runtime");
        Subscribe(ServiceLifecycleStage.ApplicationServices, "application");

        void Subscribe(int stage, string name) => observer.Subscribe(
            nameof(NotingParticipant),
            stage,
            _ =>
            {
                Probe.Of(key.Name).Note($"start {name}");
                return Task.CompletedTask;
            },
            _ =>
            {
                Probe.Of(key.Name).Note($"stop {name}");
                return Task.CompletedTask;
            });
    }
}
