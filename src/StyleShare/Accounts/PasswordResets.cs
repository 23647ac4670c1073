using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.People;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>Resets passwords by mail.</summary>
/// <remarks>
/// Asking does the same for every address, in the same time: a job is written. Whether there is an account is found out by
/// the job, where nobody watches.
/// </remarks>
public sealed class PasswordResets(IGrainFactory grains, ICommitter committer, Ids ids)
{
    /// <summary>Has a mail sent to an address, if there is an account with it.</summary>
    public async Task<bool> Ask(string email, RequestKey? request)
    {
        var change = new Change();
        // One that waits for its address is enough.
        change.Enqueue(PasswordResetJob.Kind, new SendReset(email), ids.Next(), ClaimKeys.ForEmail(email));
        change.Answer(request, answer: true, AccountJson.Default.Boolean);
        await committer.Commit(change);
        return true;
    }

    /// <summary>Replaces the password of whom the token is for; all sessions end.</summary>
    /// <exception cref="Refusal"><c>bad_reset_token</c>.</exception>
    public Task<bool> Reset(string token, string password, RequestKey? request) => ResetToken.TryDecode(token, out var decoded)
        ? grains.GetGrain<IAccountGrain>(decoded.UserId).ResetPassword(token, password, request)
        : throw AccountErrors.BadResetToken();
}

/// <summary>What the job comes with that mails a link to reset a password.</summary>
public sealed record SendReset(string Email);

/// <summary>Mails the link. Its secret is made when it is sent and is in the mail alone; what is kept is its hash.</summary>
internal sealed class PasswordResetJob(
    IGrainFactory grains,
    AccountStore store,
    IMailSender mails,
    Links links,
    TimeProvider clock,
    IOptions<AccountOptions> options,
    ILogger<PasswordResetJob> log) : IJobHandler<SendReset>
{
    /// <summary>For some hours only: after that, whoever asked has asked again or given up.</summary>
    public static readonly JobKind<SendReset> Kind = new("password-reset", AccountJson.Default.SendReset)
    {
        Tries = 10,
        TimeLimit = MailJob.Kind.TimeLimit,
        Concurrency = MailJob.Kind.Concurrency,
    };

    public async Task Run(JobContext context, SendReset payload, CancellationToken cancellation)
    {
        var address = ClaimKeys.ForEmail(payload.Email);
        if (await grains.GetGrain<IClaimGrain>(address).Owner() is not { } user
            || await grains.GetGrain<IUserGrain>(user).Me() is not { } person || ClaimKeys.ForEmail(person.Email) != address)
            return;
        if (!await store.MayMail(context.Id, user, address, options.Value.MailsPerHour, clock.GetUtcNow(), cancellation))
        {
            AccountLog.TooManyMails(log, user);
            return;
        }

        if (await grains.GetGrain<IAccountGrain>(user).IssueReset(address) is not { } token)
            return;
        var content = AccountMails.Reset(person.Locale, links.To("/v1/password-resets/" + token), options.Value.ResetLifetime);
        await MailJob.Send(mails, MailTemplate.Compose(context.Id, person.Email, person.Locale, content), cancellation);
    }
}
