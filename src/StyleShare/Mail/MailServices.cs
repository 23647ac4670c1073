using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Development;
using StyleShare.Jobs;
using StyleShare.Outbound;

namespace StyleShare.Mail;

/// <summary>Registers this feature.</summary>
public static class MailServices
{
    /// <summary>Adds <see cref="IMailSender"/> and <see cref="MailJob"/>.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOutbound(configuration).AddDevelopmentOutbox(configuration).AddLinks(configuration);
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsCheck>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<SmtpSender>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<IMailSender>(provider => provider.GetRequiredService<MailSender>());
        services.AddSingleton<IWithoutCredentials>(provider => provider.GetRequiredService<MailSender>());
        services.AddJob<MailMessage, MailJob>(MailJob.Kind);
        return services;
    }
}
