using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Feeds;
using StyleShare.Silos;
using StyleShare.Storage;

namespace StyleShare.Silo;

/// <summary>How the silo is.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">The same for each thing that was looked at.</param>
internal sealed record HealthReportContract(string Status, IReadOnlyDictionary<string, string> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthReportContract))]
internal sealed partial class HealthJson : JsonSerializerContext;

/// <summary>
/// <c>/health/live</c>: the process answers; never touches the database, for a restart would not mend that.
/// <c>/health/ready</c>: requests may be sent here.
/// </summary>
internal static class Health
{
    private const string Ready = "ready";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static void AddSiloHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<SiloCheck>("silo", tags: [Ready])
        .AddCheck<SchemaCheck>("database", tags: [Ready], timeout: Limit)
        .AddCheck<FeedCheck>("feeds", tags: [Ready]);

    public static void MapSiloHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = Write,
        });
    }

    private static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new HealthReportContract(
            NameOf(report.Status),
            report.Entries.ToDictionary(entry => entry.Key, entry => NameOf(entry.Value.Status), StringComparer.Ordinal)),
        HealthJson.Default.HealthReportContract,
        contentType: null,
        http.RequestAborted);

    private static string NameOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

/// <summary>The silo has started and does not drain; a load balancer is to send elsewhere before connections close.</summary>
internal sealed class SiloCheck(IHostApplicationLifetime lifetime, IDrain drain) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested && !drain.IsDraining
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy());
}

/// <summary>The database answers, and has the schema that this version needs.</summary>
internal sealed class SchemaCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Migrator.IsUpToDateAsync(database, cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            // Not to be logged as a failure of the check: that is its answer.
            return HealthCheckResult.Unhealthy();
        }
    }
}

/// <summary>The copy of the recent posts is fresh; a silo without would show stale feeds.</summary>
internal sealed class FeedCheck(RecentPosts recent, IOptions<SiloOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(recent.Started.IsCompleted && recent.Age < options.Value.FeedMayLag
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy());
}
