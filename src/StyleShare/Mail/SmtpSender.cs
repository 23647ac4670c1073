using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using StyleShare.Accounts;
using StyleShare.Outbound;

namespace StyleShare.Mail;

/// <summary>Submits mails to the mail server of the settings, over a few connections that are kept for a while.</summary>
internal sealed class SmtpSender : IAsyncDisposable
{
    private readonly MailOptions _options;
    private readonly X509ChainPolicy? _trust;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _places;
    private readonly ConcurrentStack<(SmtpConnection Connection, long Since)> _idle = new();

    public SmtpSender(IOptions<MailOptions> options, OutboundHandlers outbound, TimeProvider clock)
    {
        _options = options.Value;
        _trust = outbound.Trust();
        _clock = clock;
        _places = new SemaphoreSlim(_options.Connections, _options.Connections);
    }

    /// <summary>Whether there is a mail server.</summary>
    public bool HasServer => _options.HasServer;

    /// <inheritdoc cref="IMailSender.Send"/>
    public async Task<MailOutcome> Send(MailMessage mail, CancellationToken cancellation)
    {
        if (!EmailAddress.TryNormalize(mail.To, out var to))
            return new MailOutcome.Bounced("bad_address");
        var message = MimeMessage.Compose(mail, to, _options, _clock.GetUtcNow());
        await _places.WaitAsync(cancellation);
        try
        {
            return await Send(mail.Id, to, message, cancellation);
        }
        catch (SmtpBusyException)
        {
            return new MailOutcome.RetryAfter(null);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var idle))
            await idle.Connection.DisposeAsync();
        _places.Dispose();
    }

    private async Task<MailOutcome> Send(Guid id, string to, byte[] message, CancellationToken cancellation)
    {
        var connection = await Take(cancellation);
        try
        {
            var (step, reply) = await connection.Submit(BounceAddress(id), to, message, cancellation);
            var outcome = Outcome(step, reply);
            // 421: it closes the connection (RFC 5321, 3.8).
            if (reply.Code == 421)
                await connection.DisposeAsync();
            else
                _idle.Push((connection, _clock.GetTimestamp()));
            return outcome;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<SmtpConnection> Take(CancellationToken cancellation)
    {
        while (_idle.TryPop(out var idle))
        {
            if (_clock.GetElapsedTime(idle.Since) < _options.KeepIdle && await idle.Connection.IsReady(cancellation))
                return idle.Connection;
            await idle.Connection.DisposeAsync();
        }

        return await SmtpConnection.Open(_options, _trust, cancellation);
    }

    // Variable envelope return path: what comes back says which mail it is of.
    private string BounceAddress(Guid id)
    {
        if (_options.Bounces.Length == 0)
            return _options.From;
        var at = _options.Bounces.LastIndexOf('@');
        return $"{_options.Bounces[..at]}+{id:N}{_options.Bounces[at..]}";
    }

    private static MailOutcome Outcome(SmtpStep step, SmtpReply reply)
    {
        if (reply.IsGood)
            return new MailOutcome.Sent();
        if (reply.IsTransient)
            return new MailOutcome.RetryAfter(null);

        // A sender that is refused, other than for a mail's size, would be for every mail: that is no fault of this one.
        if (!reply.IsPermanent || (step == SmtpStep.From && reply.Code != 552) || reply.Code is 530 or 503)
            throw new SmtpException($"The mail server answered {reply} to the mail's {step}.");
        return new MailOutcome.Bounced(reply.ToString());
    }
}
