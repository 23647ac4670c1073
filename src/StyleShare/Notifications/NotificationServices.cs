using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>Registers the feature.</summary>
public static class NotificationServices
{
    /// <summary>Adds what inboxes, pushes and mails about them stand on; grains find their own.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NotificationOptions>()
            .Bind(configuration.GetSection(NotificationOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InboxStore>();
        services.AddSingleton<NotificationQueries>();
        services.AddSingleton<PreferencesStore>();
        services.AddSingleton<DeviceStore>();
        services.AddSingleton<MentionStore>();
        services.AddSingleton<PushRules>();
        services.AddSingleton<LineMails>();
        services.AddSingleton<IMailList, LineMailList>();
        services.TryAddSingleton<SiloStop>();
        services.AddSingleton<NotificationErasure>();
        services.AddJob<TellOfLine, TellOfLineHandler>(TellOfLine.Kind);
        services.AddJob<PushToDevice, PushToDeviceHandler>(PushToDevice.Kind);
        services.AddSingleton(provider => new RetentionRule(
            "notifications",
            """
            WITH old AS MATERIALIZED (
                SELECT line.user_id, line.id FROM notifications AS line JOIN inboxes ON inboxes.user_id = line.user_id
                WHERE line.created_at < now() - $1 AND line.id <= inboxes.read_up_to LIMIT $2),
            actors AS (DELETE FROM notification_actors USING old WHERE notification_actors.line_id = old.id)
            DELETE FROM notifications USING old WHERE notifications.user_id = old.user_id AND notifications.id = old.id
            """,
            provider.GetRequiredService<IOptions<NotificationOptions>>().Value.KeptFor));
        return services;
    }
}
