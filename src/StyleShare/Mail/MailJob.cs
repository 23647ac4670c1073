using StyleShare.Jobs;

namespace StyleShare.Mail;

/// <summary>Sends a mail surely: <c>change.Enqueue(MailJob.Kind, message, message.Id)</c>.</summary>
/// <remarks>The mail is kept until it is sent; one with a secret in it is made when it is sent, by a job of its own.</remarks>
public sealed class MailJob(IMailSender mails) : IJobHandler<MailMessage>
{
    /// <summary>
    /// A mail server may be away for days: the pauses between the tries add up to almost three. The time limit has room for
    /// the slowest server that the options allow.
    /// </summary>
    public static readonly JobKind<MailMessage> Kind = new("mail", MailJson.Default.MailMessage)
    {
        Tries = 18,
        TimeLimit = TimeSpan.FromMinutes(2),
        Concurrency = 4,
    };

    /// <inheritdoc/>
    public Task Run(JobContext context, MailMessage payload, CancellationToken cancellation) => Send(mails, payload, cancellation);

    /// <summary>Sends a mail in whatever job, and lets the job know what became of it.</summary>
    /// <exception cref="JobRefused">It bounced.</exception>
    /// <exception cref="RetryLater">The mail server wants it later.</exception>
    public static async Task Send(IMailSender mails, MailMessage mail, CancellationToken cancellation)
    {
        switch (await mails.Send(mail, cancellation))
        {
            case MailOutcome.Bounced bounced:
                throw new JobRefused($"The mail server refused it for good: {bounced.Reason}.");
            case MailOutcome.RetryAfter { After: { } after }:
                throw new RetryLater(after, "The mail server wants it later.");
            case MailOutcome.RetryAfter:
                throw new SmtpException("The mail server cannot take it now.");
        }
    }
}
