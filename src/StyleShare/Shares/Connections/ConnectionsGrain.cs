using Orleans.Storage;
using StyleShare.Notifications;
using StyleShare.Storage;

namespace StyleShare.Shares.Connections;

/// <summary>Changes a person's connections, one change at a time; the rows are all there is.</summary>
internal sealed class ConnectionsGrain(ICommitter committer, Ids ids, TimeProvider clock) : Grain, IConnectionsGrain
{
    public Task Put(NewConnection connection)
    {
        var row = new ConnectionRow(
            this.GetPrimaryKey(), connection.Channel, connection.Label, [.. connection.Sealed], ids.Next(), clock.Now(), RevokedAt: null);
        return Commit(change => ConnectionTable.Put(change, row));
    }

    public Task Remove(ShareChannel channel) => Commit(change => ConnectionTable.Drop(change, this.GetPrimaryKey(), channel));

    public async Task Revoke(ShareChannel channel, Guid token)
    {
        var now = clock.Now();
        try
        {
            await Commit(change =>
            {
                ConnectionTable.Revoke(change, new(this.GetPrimaryKey(), channel, token, now));
                change.Tell(this.GetPrimaryKey(), new(RevokedText(channel), now));
            });
        }
        catch (InconsistentStateException)
        {
            // It is forgotten, connected anew, or known to be refused: nothing is left to say.
        }
    }

    public Task Erase() => Commit(change => ConnectionTable.Erase(change, this.GetPrimaryKey()));

    private static SystemText RevokedText(ShareChannel channel)
    {
        var (korean, english) = channel switch
        {
            ShareChannel.Facebook => ("Facebook", "Facebook"),
            ShareChannel.X => ("X", "X"),
            ShareChannel.Mastodon => ("Mastodon", "Mastodon"),
            _ => ("웹훅", "Your webhook"),
        };
        return new(
            $"{korean} 연결이 해제되어 더 이상 공유할 수 없습니다. 설정에서 다시 연결해 주세요.",
            $"{english} does not take your shares any more. Connect it again in your settings.");
    }

    private async Task Commit(Action<Change> write)
    {
        var change = new Change();
        write(change);
        await committer.Commit(change);
    }
}
