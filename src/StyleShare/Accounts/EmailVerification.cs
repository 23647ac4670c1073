using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.People;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>Links that prove that an address is its owner's: encrypted and authenticated, so that nothing is kept of them.</summary>
public sealed class EmailVerification(
    IDataProtectionProvider protection,
    IGrainFactory grains,
    ICommitter committer,
    Ids ids,
    TimeProvider clock,
    IOptions<AccountOptions> options)
{
    private const int Header = 16 + sizeof(long);
    private const int MaxLength = 1_000;

    private readonly IDataProtector _protector = protection.CreateProtector("StyleShare.Accounts.VerifyEmail.v1");

    /// <summary>A token for a person and their address.</summary>
    public string TokenFor(Guid user, string email)
    {
        var bytes = new byte[Header + email.Length];
        user.TryWriteBytes(bytes, bigEndian: true, out _);
        var end = clock.GetUtcNow() + options.Value.VerificationLifetime;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), end.ToUnixTimeSeconds());
        Encoding.ASCII.GetBytes(email, bytes.AsSpan(Header));
        return Base64Url.EncodeToString(_protector.Protect(bytes));
    }

    /// <summary>Confirms the address; a second time changes nothing.</summary>
    /// <exception cref="Refusal"><c>bad_verification_token</c>.</exception>
    public async Task<bool> Verify(string token, RequestKey? request)
    {
        if (Read(token) is not var (user, email, end) || clock.GetUtcNow() >= end
            || !await grains.GetGrain<IUserGrain>(user).ConfirmEmail(ClaimKeys.ForEmail(email)))
            throw AccountErrors.BadVerificationToken();
        if (request is not null)
        {
            // In a change of its own: confirming is the same thing however often it is done.
            var change = new Change();
            change.Answer(request, answer: true, AccountJson.Default.Boolean);
            await committer.Commit(change);
        }

        return true;
    }

    /// <summary>Sends a person the mail once more.</summary>
    public async Task<bool> SendAgain(Guid user, RequestKey? request)
    {
        var change = new Change();
        change.Enqueue(EmailVerificationJob.Kind, new VerifyEmail(user), ids.Next(), EmailVerificationJob.KeyOf(user));
        change.Answer(request, answer: true, AccountJson.Default.Boolean);
        await committer.Commit(change);
        return true;
    }

    private (Guid User, string Email, DateTimeOffset End)? Read(string token)
    {
        if (token.Length is 0 or > MaxLength)
            return null;
        try
        {
            var bytes = _protector.Unprotect(Base64Url.DecodeFromChars(token)).AsSpan();
            return (
                new Guid(bytes[..16], bigEndian: true),
                Encoding.ASCII.GetString(bytes[Header..]),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[16..])));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>What the job comes with that asks a person to confirm their address.</summary>
public sealed record VerifyEmail(Guid UserId);

/// <summary>Asks a person to confirm the address that they have when the mail goes out.</summary>
internal sealed class EmailVerificationJob(
    IGrainFactory grains,
    EmailVerification verification,
    AccountStore store,
    IMailSender mails,
    Links links,
    TimeProvider clock,
    IOptions<AccountOptions> options,
    ILogger<EmailVerificationJob> log) : IJobHandler<VerifyEmail>
{
    /// <summary>As <see cref="MailJob.Kind"/>: a mail server may be away for days.</summary>
    public static readonly JobKind<VerifyEmail> Kind = new("verify-email", AccountJson.Default.VerifyEmail)
    {
        Tries = MailJob.Kind.Tries,
        TimeLimit = MailJob.Kind.TimeLimit,
        Concurrency = MailJob.Kind.Concurrency,
    };

    /// <summary>One mail for however many changes of mind.</summary>
    public static string KeyOf(Guid user) => user.ToString("N");

    /// <summary>Asks in the change that gives the person the address.</summary>
    public static void Enqueue(Change change, Guid user, DateTimeOffset at) =>
        change.Enqueue(Kind, new VerifyEmail(user), Guid.CreateVersion7(at), KeyOf(user));

    public async Task Run(JobContext context, VerifyEmail payload, CancellationToken cancellation)
    {
        if (await grains.GetGrain<IUserGrain>(payload.UserId).Me() is not { EmailVerified: false } person)
            return;
        var address = ClaimKeys.ForEmail(person.Email);
        if (!await store.MayMail(
            context.Id, payload.UserId, address, options.Value.MailsPerHour, clock.GetUtcNow(), cancellation))
        {
            AccountLog.TooManyMails(log, payload.UserId);
            return;
        }

        var link = links.To("/v1/email-verifications/" + verification.TokenFor(payload.UserId, person.Email));
        var mail = MailTemplate.Compose(context.Id, person.Email, person.Locale, AccountMails.Verify(person.Locale, link));
        await MailJob.Send(mails, mail, cancellation);
    }
}
