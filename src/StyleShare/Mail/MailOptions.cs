using System.Net;
using Microsoft.Extensions.Options;
using StyleShare.Accounts;

namespace StyleShare.Mail;

/// <summary>How the way to the mail server is kept private.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS after STARTTLS (RFC 3207); a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte on (RFC 8314), usually on port 465.</summary>
    Tls,

    /// <summary>Nothing; for a mail server on this machine only.</summary>
    None,
}

/// <summary>How to reach the mail server; section <c>StyleShare:Mail</c>. Without a host nothing is sent.</summary>
public sealed class MailOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Mail";

    /// <summary>The mail server that takes our mails.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port: that for submission (RFC 6409).</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the way there is kept private.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>The login; empty for a server that asks for none.</summary>
    public string User { get; set; } = "";

    /// <summary>The login's password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whom mails come from.</summary>
    public string From { get; set; } = "no-reply@styleshare.example";

    /// <summary>The name beside it.</summary>
    public string FromName { get; set; } = "StyleShare";

    /// <summary>
    /// Where what cannot be delivered comes back to; each mail's id is put behind its local part (<c>bounce+id@…</c>), so that
    /// a bounce says which mail it is of. Empty to have it come back to <see cref="From"/>.
    /// </summary>
    public string Bounces { get; set; } = "";

    /// <summary>
    /// One command and its answer. RFC 5321 (4.5.3.2) would give a server minutes; one that needs them is tried again later,
    /// and no job waits for long.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// From the end of a mail to the server's word that it has it. Longer, for giving up here is what makes a mail come twice
    /// (RFC 5321, 6.1; RFC 1047).
    /// </summary>
    public TimeSpan AcceptTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections of a silo at once; a mail takes some 100 ms on one. Servers tend to refuse more than ten.</summary>
    public int Connections { get; set; } = 4;

    /// <summary>How long a connection is kept for the next mail; servers close theirs after some minutes.</summary>
    public TimeSpan KeepIdle { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether there is a mail server.</summary>
    public bool HasServer => Host.Length > 0;
}

/// <summary>Says at start what is wrong, and never what the password is.</summary>
internal sealed class MailOptionsCheck(IOptions<LinkOptions> links) : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        if (!EmailAddress.TryNormalize(options.From, out _))
            return Wrong("From must be an e-mail address.");
        if (options.Bounces.Length > 0 && !EmailAddress.TryNormalize(options.Bounces, out _))
            return Wrong("Bounces must be an e-mail address.");
        if (options.CommandTimeout <= TimeSpan.Zero || options.AcceptTimeout <= TimeSpan.Zero || options.KeepIdle < TimeSpan.Zero)
            return Wrong("CommandTimeout and AcceptTimeout must be above 0, and KeepIdle not below.");
        if (options.Connections is < 1 or > 100 || options.Port is < 1 or > 65_535)
            return Wrong("Connections must be from 1 to 100, and Port from 1 to 65,535.");
        if (!options.HasServer)
            return ValidateOptionsResult.Success;
        if (options.Security == SmtpSecurity.None && !IsThisMachine(options.Host))
            return Wrong("Security may be None only for a mail server on this machine: mails hold links that open accounts.");
        if (options.User.Length > 0 != options.Password.Length > 0)
            return Wrong("User and Password belong together.");
        return links.Value.PublicUrl is null
            ? Wrong("a mail server needs StyleShare:PublicUrl, or the links in mails lead nowhere.")
            : ValidateOptionsResult.Success;
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static ValidateOptionsResult Wrong(string what) => ValidateOptionsResult.Fail($"{MailOptions.Section}: {what}");
}
