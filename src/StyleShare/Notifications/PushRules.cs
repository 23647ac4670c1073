using StyleShare.Jobs;
using StyleShare.People;

namespace StyleShare.Notifications;

/// <summary>Whether and when a line is to ring.</summary>
internal sealed class PushRules(IGrainFactory grains, NotificationQueries lines, InboxStore inboxes, TimeProvider clock)
{
    // All who end their quiet at 8 o'clock do not have to hear from us in the same second.
    private const int SpreadSeconds = 120;

    /// <summary>What a push of the line replaces on a device: one of an earlier line of the same thing.</summary>
    public static string CollapseKey(InboxLine line) => line.Thing switch
    {
        { Kind: NotificationKind.Like, Post: { } post } => $"like-{post:N}",
        { Kind: NotificationKind.Follow } => "follow",
        _ => line.Id.ToString("N"),
    };

    /// <summary>
    /// The line and where it is wanted, if it is to be told of now: it is there and unread, wanted somewhere, and from somebody
    /// who is welcome; null if it is not.
    /// </summary>
    /// <exception cref="RetryLater">The person's quiet hours; afterwards it is asked again.</exception>
    public async Task<(ShownLine Line, Wish Wish)?> Find(Guid user, Guid id, CancellationToken ct)
    {
        if (await lines.Find(user, id, ct) is not { Read: false } line)
            return null;
        var preferences = await grains.GetGrain<IPreferencesGrain>(user).Get();
        var wish = preferences[line.Line.Thing.Kind];
        if (wish is { Push: false, Mail: false } || !await IsWelcome(user, line, ct))
            return null;
        if (preferences.QuietHours?.EndAt(clock.GetUtcNow()) is { } end)
        {
            var spread = TimeSpan.FromSeconds(Random.Shared.NextDouble() * SpreadSeconds);
            throw new RetryLater(end - clock.GetUtcNow() + spread, "quiet hours", countsAsTry: false);
        }

        return (line, wish);
    }

    /// <summary>The language that the person reads; null if they are gone.</summary>
    public async Task<OwnView?> Person(Guid user) => await grains.GetGrain<IUserGrain>(user).Me();

    // A mute or block may have come after the line; whoever else is in it may be welcome still.
    private async Task<bool> IsWelcome(Guid user, ShownLine line, CancellationToken ct) =>
        line.Line.Thing.Kind == NotificationKind.System
        || (await inboxes.Welcome(user, [.. line.Actors.Select(actor => actor.Id)], ct)).Count > 0;
}
