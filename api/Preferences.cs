using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Notifications;
using StyleShare.People;
using Wishes = StyleShare.Notifications.Preferences;

namespace StyleShare.Api;

/// <summary><c>/v1/me/preferences</c>: what the caller wants to be told of, and how.</summary>
internal sealed class Preferences(IGrainFactory grains)
{
    public void Map(IEndpointRouteBuilder v1)
    {
        v1.Get("/me/preferences", Get)
            .Describe("Notifications", "getPreferences", "What one wants to be told of", "Who never said gets everything but mails.")
            .Gives<PreferencesResponse>(200, Examples.DefaultPreferences).HasETag();
        v1.Put("/me/preferences", Put).Limit(Limited.Write)
            .Describe("Notifications", "putPreferences", "Say what one wants to be told of",
                "What is absent stays; null ends the quiet hours. Pushes of the quiet hours come when they are over.")
            .Takes<PreferencesRequest>(Examples.PutPreferences)
            .Gives<PreferencesResponse>(200, Examples.Preferences).HasIfMatch();
    }

    private async Task Get(HttpContext http)
    {
        var caller = http.CallerId();
        var wishes = grains.GetGrain<IPreferencesGrain>(caller).Get();
        if (await grains.GetGrain<IUserGrain>(caller).Me() is { } me)
            await Show(http, await wishes, me.Locale);
        else
            await Problems.NotFound(http, "user");
    }

    private async Task Put(HttpContext http)
    {
        if (await ETags.Read(http) is not { } match || await Bodies.Read(http, ApiJson.Default.PreferencesRequest) is not { } body)
            return;
        var grain = grains.GetGrain<IPreferencesGrain>(http.CallerId());
        var user = grains.GetGrain<IUserGrain>(http.CallerId());
        var current = await grain.Get();
        var fields = new Fields();
        var next = Changed(fields, current, body);
        var locale = fields.LocaleOf("locale", body.Locale);
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        if (!match.Allows(current.Version))
        {
            await IfMatch.Refuse(http);
            return;
        }

        // The version that was read goes along: what is absent stays as it was then, or nothing is changed. The language is
        // the profile's; should it fail, the same request again does both.
        var put = await grain.Put(next);
        if (locale is not null)
            await user.Edit(new(null, null, null, ClearAvatar: false, locale, null, IfVersion: null));
        if (await user.Me() is { } me)
            await Show(http, put, me.Locale);
        else
            await Problems.NotFound(http, "user");
    }

    private static Wishes Changed(Fields fields, Wishes current, PreferencesRequest body)
    {
        var next = current with
        {
            QuietHours = body.HasQuietHours ? QuietHoursOf(fields, body.QuietHours) : current.QuietHours,
            Digest = body.Digest ?? current.Digest,
        };
        foreach (var (kind, wish) in Each(body.Kinds))
        {
            var before = next.Wishes[Wishes.Kinds.IndexOf(kind)];
            next = next.With(kind, new(wish?.Inbox ?? before.Inbox, wish?.Push ?? before.Push, wish?.Mail ?? before.Mail));
        }

        if (body.Kinds?.System?.Inbox == false)
            fields.Wrong("kinds.system.inbox", Wishes.SystemStays);
        return next;
    }

    private static QuietHours? QuietHoursOf(Fields fields, QuietHoursContract? quiet)
    {
        if (quiet is null)
            return null;
        var from = TimeOf(fields, "quietHours.from", quiet.From);
        var to = TimeOf(fields, "quietHours.to", quiet.To);
        var zone = fields.Present("quietHours.timeZone", quiet.TimeZone);
        if (quiet.TimeZone is not null && !QuietHours.IsTimeZone(zone))
            fields.Wrong("quietHours.timeZone", Wishes.NoTimeZone);
        if (from is not null && from == to)
            fields.Wrong("quietHours.to", Wishes.NoQuiet);
        return new(from ?? default, to ?? default, zone);
    }

    private static TimeOnly? TimeOf(Fields fields, string field, string? text)
    {
        if (TimeOnly.TryParseExact(fields.Present(field, text), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        if (text is not null)
            fields.Wrong(field, "Must be a time of day such as 22:00.");
        return null;
    }

    private static IEnumerable<(NotificationKind Kind, WishContract? Wish)> Each(WishesContract? kinds) =>
    [
        (NotificationKind.Like, kinds?.Like),
        (NotificationKind.Comment, kinds?.Comment),
        (NotificationKind.Mention, kinds?.Mention),
        (NotificationKind.Follow, kinds?.Follow),
        (NotificationKind.System, kinds?.System),
    ];

    private static Task Show(HttpContext http, Wishes wishes, string locale) => Responses.Resource(
        http,
        new PreferencesResponse(
            new(
                Of(wishes, NotificationKind.Like),
                Of(wishes, NotificationKind.Comment),
                Of(wishes, NotificationKind.Mention),
                Of(wishes, NotificationKind.Follow),
                Of(wishes, NotificationKind.System)),
            wishes.QuietHours is { } quiet ? new(Time(quiet.From), Time(quiet.To), quiet.TimeZone) : null,
            wishes.Digest,
            locale),
        wishes.Version,
        ApiJson.Default.PreferencesResponse);

    private static WishContract Of(Wishes wishes, NotificationKind kind)
    {
        var wish = wishes.Wishes[Wishes.Kinds.IndexOf(kind)];
        return new(wish.Inbox, wish.Push, wish.Mail);
    }

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
