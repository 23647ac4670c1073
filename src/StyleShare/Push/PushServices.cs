using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Development;
using StyleShare.Outbound;
using StyleShare.Push.Apns;
using StyleShare.Push.Fcm;
using StyleShare.Push.WebPush;

namespace StyleShare.Push;

/// <summary>Registers this feature.</summary>
public static class PushServices
{
    /// <summary>Adds <see cref="IPushSender"/> for all platforms.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOutbound(configuration).AddDevelopmentOutbox(configuration).AddMetrics();
        services.AddOptions<ApnsOptions>().Bind(configuration.GetSection(ApnsOptions.Section)).ValidateOnStart();
        services.AddOptions<FcmOptions>().Bind(configuration.GetSection(FcmOptions.Section)).ValidateOnStart();
        services.AddOptions<WebPushOptions>().Bind(configuration.GetSection(WebPushOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ApnsOptions>, ApnsOptionsCheck>();
        services.AddSingleton<IValidateOptions<FcmOptions>, FcmOptionsCheck>();
        services.AddSingleton<IValidateOptions<WebPushOptions>, WebPushOptionsCheck>();

        services.AddServiceClient(ApnsSender.Client, (provider, handlers) => handlers.ForService(Options<ApnsOptions>(provider).Limits));
        services.AddServiceClient(FcmSender.Client, (provider, handlers) => handlers.ForService(Options<FcmOptions>(provider).Limits));
        services.AddServiceClient(FcmAccessToken.Client, (provider, handlers) => handlers.ForService(Options<FcmOptions>(provider).Limits));
        services.AddServiceClient(
            WebPushSender.Client, (provider, handlers) => handlers.ForClientsAddresses(Options<WebPushOptions>(provider).Limits));
        services.AddSingleton<ApnsToken>();
        services.AddSingleton<FcmAccessToken>();
        services.AddSingleton<Vapid>();
        AddPlatform<ApnsSender>(services, "APNs");
        AddPlatform<FcmSender>(services, "FCM");
        AddPlatform<WebPushSender>(services, "Web Push");
        services.AddSingleton<PushMeters>();
        services.AddSingleton<IPushSender, PushSender>();
        return services;
    }

    private static void AddPlatform<TSender>(IServiceCollection services, string name)
        where TSender : class, IPlatformSender
    {
        services.AddSingleton<TSender>();
        services.AddSingleton<IPlatformSender>(provider => provider.GetRequiredService<TSender>());
        services.AddSingleton<IWithoutCredentials>(provider => new WithoutCredentials(
            provider.GetRequiredService<TSender>().HasCredentials ? null : name));
    }

    private static TOptions Options<TOptions>(IServiceProvider provider)
        where TOptions : class => provider.GetRequiredService<IOptions<TOptions>>().Value;

    private sealed record WithoutCredentials(string? Service) : IWithoutCredentials;
}
