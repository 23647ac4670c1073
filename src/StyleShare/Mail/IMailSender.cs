namespace StyleShare.Mail;

/// <summary>A mail to one person.</summary>
/// <param name="Id">Names the mail; the same when it is sent again.</param>
/// <param name="To">The address, as <see cref="Accounts.EmailAddress"/> takes it.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The mail for those who read text.</param>
/// <param name="Html">The mail for everybody else; what comes from people is encoded already.</param>
/// <param name="Unsubscribe">Where one click ends such mails (RFC 8058); null for mails that somebody asked for.</param>
public sealed record MailMessage(Guid Id, string To, string Subject, string Text, string Html, Uri? Unsubscribe);

/// <summary>What the mail server said; whatever it did not say at all is an exception, and tried again.</summary>
public abstract record MailOutcome
{
    private MailOutcome()
    {
    }

    /// <summary>It took the mail.</summary>
    public sealed record Sent : MailOutcome;

    /// <summary>It will never take this mail (5xx).</summary>
    /// <param name="Reason">The server's code, without personal data.</param>
    public sealed record Bounced(string Reason) : MailOutcome;

    /// <summary>It cannot take it now (4xx).</summary>
    /// <param name="After">When to come back; null if it did not say.</param>
    public sealed record RetryAfter(TimeSpan? After) : MailOutcome;
}

/// <summary>Sends mails; without a mail server in the settings the development sender keeps them.</summary>
public interface IMailSender
{
    /// <summary>Sends a mail.</summary>
    /// <returns>What the server said.</returns>
    /// <exception cref="Exception">The server was not reached, or failed: to be tried again.</exception>
    Task<MailOutcome> Send(MailMessage message, CancellationToken cancellation);
}
