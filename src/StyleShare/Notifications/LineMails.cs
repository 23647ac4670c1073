using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.People;
using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>Mails single lines to who wants that, at an address that is known to be theirs.</summary>
internal sealed class LineMails(IGrainFactory grains, UnsubscribeLinks unsubscribe, Links links, Ids ids)
{
    /// <summary>Has the mail sent if the change is committed.</summary>
    public async Task Add(Change change, Guid user, ShownLine line)
    {
        if (await grains.GetGrain<IUserGrain>(user).Me() is not { EmailVerified: true } person)
            return;
        var korean = person.Locale == Locale.Korean;
        var text = line.Text(person.Locale);
        var content = new MailContent(
            Subject: "StyleShare: " + text.ReplaceLineEndings(" "),
            [text],
            (korean ? "알림 보기" : "See it", links.To("/")),
            korean ? "이런 알림을 메일로 받기로 하셨습니다." : "You asked to be told of this by mail.");
        var leave = (korean ? "이 메일 그만 받기" : "Unsubscribe", unsubscribe.For(user, LineMailList.ListName));
        var mail = MailTemplate.Compose(ids.Next(), person.Email, person.Locale, content, leave);
        change.Enqueue(MailJob.Kind, mail, mail.Id);
    }
}

/// <summary>Ends mails of single lines by the link in them.</summary>
internal sealed class LineMailList(IGrainFactory grains) : IMailList
{
    public const string ListName = "notifications";

    public string Name => ListName;

    public Task Leave(Guid user) => grains.GetGrain<IPreferencesGrain>(user).Change(preferences =>
        preferences.Wishes.Any(wish => wish.Mail)
            ? preferences with { Wishes = [.. preferences.Wishes.Select(wish => wish with { Mail = false })] }
            : preferences);
}
