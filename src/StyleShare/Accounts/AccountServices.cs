using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Sweeps;

namespace StyleShare.Accounts;

/// <summary>Registers this feature.</summary>
public static class AccountServices
{
    /// <summary>Adds accounts, sessions and their tokens.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>()
            .Bind(configuration.GetSection(AccountOptions.Section))
            .Validate(
                options => options.AccessTokenLifetime > TimeSpan.Zero && options.RefreshTokenLifetime > options.AccessTokenLifetime,
                "Access tokens must live, and refresh tokens longer than they.")
            .Validate(
                options => options.SigningKeyRotation > 2 * options.SigningKeyReload,
                "SigningKeyRotation must be more than twice SigningKeyReload, or new keys are never known in time.")
            .Validate(options => options.SessionCleanup >= TimeSpan.FromMinutes(1), "SessionCleanup must be a minute at the least.")
            .Validate(
                options => options is { PasswordIterations: > 0, PasswordQueue: > 0, EraseBatch: > 0, TokenCacheSize: > 0 },
                "PasswordIterations, PasswordQueue, EraseBatch and TokenCacheSize must be above 0.")
            .Validate(
                options => options.ResetLifetime > TimeSpan.Zero && options.VerificationLifetime > TimeSpan.Zero && options.MailsPerHour > 0,
                "ResetLifetime, VerificationLifetime and MailsPerHour must be above 0.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Ids>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<SignIns>();
        services.AddJob<EraseAccount, AccountEraser>(AccountEraser.Kind);
        services.AddLinks(configuration);
        services.AddSingleton<EmailVerification>();
        services.AddSingleton<PasswordResets>();
        services.AddJob<EndSessions, SessionEnder>(SessionEnder.Kind);
        services.AddJob<VerifyEmail, EmailVerificationJob>(EmailVerificationJob.Kind);
        services.AddJob<SendReset, PasswordResetJob>(PasswordResetJob.Kind);
        services.AddSingleton(new RetentionRule(
            "account_mails",
            "DELETE FROM account_mails WHERE id = ANY (ARRAY (SELECT id FROM account_mails WHERE sent_at < now() - $1 LIMIT $2))",
            TimeSpan.FromDays(1)));
        services.AddHostedService<AccountUpkeep>();
        services.AddSweep<EndedSessions>();
        return services;
    }
}
