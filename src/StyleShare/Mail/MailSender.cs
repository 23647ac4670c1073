using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using StyleShare.Development;

namespace StyleShare.Mail;

/// <summary>Sends mails; without a mail server they go to the development outbox.</summary>
internal sealed class MailSender(SmtpSender smtp, DevelopmentOutbox outbox, ILogger<MailSender> log) : IMailSender, IWithoutCredentials
{
    public string? Service => smtp.HasServer ? null : "mail";

    public async Task<MailOutcome> Send(MailMessage message, CancellationToken cancellation)
    {
        if (!smtp.HasServer)
        {
            await outbox.Keep("mail", message.To, JsonSerializer.Serialize(message, MailJson.Default.MailMessage), cancellation);
            return new MailOutcome.Sent();
        }

        var outcome = await smtp.Send(message, cancellation);
        if (outcome is MailOutcome.Bounced bounced)
            log.Bounced(message.Id, bounced.Reason);
        return outcome;
    }
}

/// <summary>How mails are written into jobs and the development outbox.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MailMessage))]
public sealed partial class MailJson : JsonSerializerContext;

/// <summary>Log messages of this feature. Ids and codes only: no addresses, no texts.</summary>
internal static partial class MailLog
{
    [LoggerMessage(1, LogLevel.Warning, "Mail {MailId} was refused for good: {Reason}.")]
    public static partial void Bounced(this ILogger log, Guid mailId, string reason);
}
