using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Development;
using StyleShare.Jobs;
using StyleShare.Outbound;
using StyleShare.Shares.Channels;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares;

/// <summary>Registers the feature.</summary>
public static class ShareServices
{
    /// <summary>Adds shares, the channels that they go to, and who came through whom; grains find their own.</summary>
    public static IServiceCollection AddShares(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ShareOptions>().Bind(configuration.GetSection(ShareOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ShareOptions>, ShareOptionsCheck>();
        services.AddLinks(configuration);
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ShareErasure>();
        services.AddSingleton<Sharing>();
        services.AddSingleton<ShareLinks>();
        services.AddSingleton<ShareCodes>();
        services.AddSingleton<ReferralChain>();
        services.AddSingleton<ConnectionStore>();
        services.AddSingleton<ConnectionVault>();
        services.AddChannels(configuration);
        return services;
    }

    /// <summary>Adds what sends shares to channels.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOutbound(configuration).AddDevelopmentOutbox(configuration);
        services.AddServiceClient(FacebookSender.Client, (provider, handlers) => handlers.ForService(Options(provider).Facebook.Limits));
        services.AddServiceClient(XSender.Client, (provider, handlers) => handlers.ForService(Options(provider).X.Limits));
        services.AddServiceClient(
            MastodonSender.Client, (provider, handlers) => handlers.ForClientsAddresses(Options(provider).Mastodon.Limits));
        services.AddServiceClient(
            WebhookSender.Client, (provider, handlers) => handlers.ForClientsAddresses(Options(provider).Webhook.Limits));
        AddChannel<FacebookSender>(services);
        AddChannel<XSender>(services);
        AddChannel<MastodonSender>(services);
        AddChannel<WebhookSender>(services);
        services.AddSingleton<ChannelSender>();
        services.AddJob<SendShare, SendShareHandler>(SendShare.Kind);
        return services;
    }

    private static void AddChannel<TSender>(IServiceCollection services)
        where TSender : class, IChannelSender
    {
        services.AddSingleton<TSender>();
        services.AddSingleton<IChannelSender>(provider => provider.GetRequiredService<TSender>());
        services.AddSingleton<IWithoutCredentials>(provider => new SwitchedOff(provider.GetRequiredService<TSender>()));
    }

    private static ShareOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ShareOptions>>().Value;

    private sealed record SwitchedOff(IChannelSender Sender) : IWithoutCredentials
    {
        public string? Service => Sender.IsOn ? null : $"shares on {ShareNames.Of(Sender.Channel)}";
    }
}
