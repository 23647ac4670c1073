using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Jobs;
using StyleShare.Sweeps;

namespace StyleShare.Points;

/// <summary>Registers points: the ledger and the accounts of members.</summary>
public static class PointsServices
{
    /// <summary>Adds this feature; grains are found by the engine itself.</summary>
    public static IServiceCollection AddPoints(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LedgerOptions>()
            .Bind(configuration.GetSection(LedgerOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<LedgerAudit>();
        services.AddAuditView("ledger_audit");
        services.AddOptions<PointsOptions>().Bind(configuration.GetSection(PointsOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<LedgerClock>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerClock>());
        services.AddSingleton<MemberStore>();
        services.AddSingleton<Redemptions>();
        services.AddSingleton<PointsErasure>();
        services.AddSingleton<TillCodes>();
        services.AddJob<ExpireHold, ExpireHoldJob>(ExpireHoldJob.Kind);
        services.AddSweep<PointExpirySweep>();
        services.AddAuditView("audit_holds");
        return services;
    }

    /// <summary>Has the audit of the ledger look at a feature's view, too: (problem, subject, detail) of whatever is off.</summary>
    public static IServiceCollection AddAuditView(this IServiceCollection services, string name) =>
        services.AddSingleton(new AuditView(name));
}
