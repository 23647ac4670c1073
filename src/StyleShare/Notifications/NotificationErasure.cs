using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>Forgets what a person was told, wished and carried, for the erasure of their account. May be done again.</summary>
public sealed class NotificationErasure(IGrainFactory grains, ICommitter committer)
{
    private static readonly Statement<Guid> DropMails = new(
        "notification_mails_erase",
        "DELETE FROM notification_mails USING rows WHERE notification_mails.user_id = rows.user_id",
        Expect.Any,
        Column.Uuid<Guid>("user_id", user => user));

    /// <summary>Forgets everything; returns when nothing is left.</summary>
    public async Task Erase(Guid user)
    {
        await grains.GetGrain<IDevicesGrain>(user).Erase();
        await grains.GetGrain<IInboxGrain>(user).Erase();
        var wishes = grains.GetGrain<IPreferencesGrain>(user);
        if ((await wishes.Get()).Version > 0)
            await wishes.Put(Preferences.Default(user) with { Version = -1 });
        var change = new Change();
        change.Add(DropMails, user);
        await committer.Commit(change);
    }
}
