using System.Text.Json.Serialization;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.Notifications;
using StyleShare.People;
using StyleShare.Storage;

namespace StyleShare.Digests;

/// <summary>What the job comes with that makes a digest.</summary>
internal sealed record MakeDigest(Guid UserId);

[JsonSerializable(typeof(MakeDigest))]
internal sealed partial class DigestJson : JsonSerializerContext;

/// <summary>Makes a person's digest of what they have not read since the last one.</summary>
internal sealed class DigestJob(
    IGrainFactory grains,
    DigestStore store,
    NotificationQueries notifications,
    UnsubscribeLinks unsubscribe,
    Links links,
    ICommitter committer,
    Ids ids,
    TimeProvider clock) : IJobHandler<MakeDigest>
{
    public static readonly JobKind<MakeDigest> Kind = new("digest", DigestJson.Default.MakeDigest) { Concurrency = 4 };

    private const int Lines = 10;

    public async Task Run(JobContext context, MakeDigest payload, CancellationToken cancellation)
    {
        var user = payload.UserId;
        if (await grains.GetGrain<IUserGrain>(user).Me() is not { EmailVerified: true } person)
            return;
        var wishes = await grains.GetGrain<IPreferencesGrain>(user).Get();
        var last = await store.Last(user, cancellation);
        // Asked again: the sweep may have enqueued it twice, or long ago.
        if (!wishes.Digest || !Digest.IsDue(clock.GetUtcNow(), Digest.ZoneOf(wishes.QuietHours?.TimeZone, person.Locale), last?.SentAt))
            return;
        var kinds = Preferences.Kinds.Where(kind => wishes[kind].Inbox);
        var unread = await notifications.Unread(user, last?.UpTo ?? Guid.Empty, kinds, Lines + 1, cancellation);
        if (unread.IsEmpty)
            return;

        // The mail goes with the mark that it was sent: once, whatever happens.
        var change = new Change();
        change.Add(DigestStore.Sent, new SentDigest(user, unread[^1].Id, clock.Now()));
        var mail = Compose(ids.Next(), user, person, unread);
        change.Enqueue(MailJob.Kind, mail, mail.Id);
        context.CompleteWith(change);
        await committer.Commit(change, cancellation);
    }

    private MailMessage Compose(Guid id, Guid user, OwnView person, IReadOnlyList<ShownLine> unread)
    {
        var content = Digest.Write(
            person.Locale,
            [.. unread.Take(Lines).Select(line => line.Text(person.Locale))],
            unread.Count > Lines,
            links.To("/"));
        var label = person.Locale == Locale.Korean ? "이 메일 그만 받기" : "Unsubscribe";
        return MailTemplate.Compose(
            id, person.Email, person.Locale, content, (label, unsubscribe.For(user, DigestMailList.ListName)));
    }
}

/// <summary>Ends digests by the link in them.</summary>
internal sealed class DigestMailList(IGrainFactory grains) : IMailList
{
    public const string ListName = "digest";

    public string Name => ListName;

    public Task Leave(Guid user) =>
        grains.GetGrain<IPreferencesGrain>(user).Change(preferences => preferences with { Digest = false });
}
