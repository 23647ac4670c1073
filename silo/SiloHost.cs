using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Api;
using StyleShare.Reminders;
using StyleShare.Silos;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Silo;

/// <summary>Composes the process: storage, features, the silo, and the API in front of it.</summary>
public static class SiloHost
{
    /// <summary>Builds the host; nothing runs yet.</summary>
    /// <param name="args">As on the command line: <c>--port 8080</c>, or any setting as <c>--Section:Name value</c>.</param>
    /// <param name="configure">Changes the host before it is built; for tests.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(SiloHost).Assembly.GetName().Name,
        });
        if (builder.Configuration["port"] is { Length: > 0 } port)
            builder.WebHost.UseUrls($"http://localhost:{port}");
        configure?.Invoke(builder);
        AddServices(builder);
        var app = builder.Build();
        Map(app);
        return app;
    }

    /// <summary>Brings the database up to date and starts to serve.</summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellation = default)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Migrator));
        await Migrator.RunAsync(app.Services.GetRequiredService<DirectSource>().DataSource, log, cancellation);
        await app.StartAsync(cancellation);
    }

    // Services stop in the reverse order: the web server first, so that requests under way end; then the silo, whose grains
    // commit; the committer and the database last.
    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<SiloOptions>().BindConfiguration("StyleShare:Silo").ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<ClusterOptions>().BindConfiguration("StyleShare:Cluster").ValidateDataAnnotations();
        services.AddOptions<HostOptions>().Configure<IOptions<SiloOptions>>(
            (host, silo) => host.ShutdownTimeout = silo.Value.StopTimeout);
        services.AddStyleShare(builder.Configuration);
        builder.UseOrleans(silo =>
        {
            JoinCluster(silo);
            silo.AddDurableReminders();
            silo.AddDurableStreams();
        });
        services.AddSingleton<IHostLifetime, SiloLifetime>();
        services.AddStyleShareApi();
        services.AddSiloHealth();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpLimits>>((kestrel, limits) => Limit(kestrel, limits.Value));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<HttpLimits>>((forwarded, limits) => Trust(forwarded, limits.Value));
    }

    // Silos find each other by the product's database; clients of grains are in silos only, so there is no port for others.
    private static void JoinCluster(ISiloBuilder silo)
    {
        var settings = silo.Configuration.GetSection("StyleShare:Silo").Get<SiloOptions>() ?? new SiloOptions();
        var cluster = silo.Configuration.GetSection("StyleShare:Cluster").Get<ClusterOptions>() ?? new ClusterOptions();
        silo.Configuration["Orleans:ClusterSecret"] = cluster.Secret;
        silo.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.Id, ReminderServices.ServiceId));
        silo.Services.AddOptions<Orleans.Configuration.SiloOptions>().Configure<IOptions<SiloRegistryOptions>>(
            (options, registry) => options.SiloName = registry.Value.Name);
        silo.Configure<Orleans.Configuration.EndpointOptions>(options =>
        {
            if (!IPAddress.TryParse(settings.Address, out var address))
                throw new OptionsValidationException(nameof(SiloOptions.Address), typeof(SiloOptions), [$"StyleShare:Silo:Address must be an IP address, and is '{settings.Address}'."]);
            options.AdvertisedIPAddress = address;
            options.SiloPort = SiloPorts.Choose(address, settings.SiloPort);
            options.GatewayPort = 0;
        });
        silo.UseAdoNetClustering(options => options.Configure<NpgsqlDataSource>((table, database) =>
        {
            table.Invariant = "Npgsql";
            table.DataSource = database;
        }));
    }

    private static void Map(WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<HttpLimits>>().Value.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseStyleShareApi();
        app.MapSiloHealth();
        app.MapBench();
    }

    private static void Limit(KestrelServerOptions kestrel, HttpLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.MaxHeaders;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
        var rate = new MinDataRate(limits.MinBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
    }

    private static void Trust(ForwardedHeadersOptions forwarded, HttpLimits limits)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in limits.TrustedProxies)
        {
            var network = proxy.Contains('/', StringComparison.Ordinal) ? proxy : proxy + (proxy.Contains(':', StringComparison.Ordinal) ? "/128" : "/32");
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }
    }
}
