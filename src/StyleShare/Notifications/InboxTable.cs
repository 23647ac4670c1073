using StyleShare.Storage;

namespace StyleShare.Notifications;

/// <summary>The tables of the inbox, and which rows a change of it is.</summary>
internal static class InboxTable
{
    /// <summary>One row a person; whoever writes another row of the inbox writes this one too, and is fenced by it.</summary>
    public static readonly StateTable<Inbox> Inboxes = new(
        "inboxes",
        Column.Uuid<Inbox>("user_id", inbox => inbox.UserId),
        Column.Uuid<Inbox>("last_line", inbox => inbox.LastLine),
        Column.Uuid<Inbox>("read_up_to", inbox => inbox.ReadUpTo),
        Column.Bigint<Inbox>("unread", inbox => inbox.Unread),
        Column.Bigint<Inbox>("position", inbox => inbox.Position));

    private static readonly Statement<LineRow> OpenLine = new(
        "notifications_open",
        """
        INSERT INTO notifications (user_id, id, kind, post_id, comment_id, korean, english, count, changed, created_at)
        SELECT user_id, id, kind, post_id, comment_id, korean, english, count, changed, created_at FROM rows
        """,
        Expect.EveryRow,
        Column.Uuid<LineRow>("user_id", row => row.Inbox.UserId),
        Column.Uuid<LineRow>("id", row => row.Line.Id),
        Column.Integer<LineRow>("kind", row => (int)row.Line.Thing.Kind),
        Column.Uuid<LineRow>("post_id", row => row.Line.Thing.Post),
        Column.Uuid<LineRow>("comment_id", row => row.Line.Thing.Comment),
        Column.Text<LineRow>("korean", row => row.Line.System?.Korean),
        Column.Text<LineRow>("english", row => row.Line.System?.English),
        Column.Bigint<LineRow>("count", row => row.Line.Count),
        Column.Bigint<LineRow>("changed", row => row.Inbox.Position),
        Column.Timestamptz<LineRow>("created_at", row => row.Line.CreatedAt));

    private static readonly Statement<LineRow> ChangeLine = new(
        "notifications_change",
        """
        UPDATE notifications SET count = rows.count, changed = rows.changed
        FROM rows WHERE notifications.user_id = rows.user_id AND notifications.id = rows.id
        """,
        Expect.EveryRow,
        Column.Uuid<LineRow>("user_id", row => row.Inbox.UserId),
        Column.Uuid<LineRow>("id", row => row.Line.Id),
        Column.Bigint<LineRow>("count", row => row.Line.Count),
        Column.Bigint<LineRow>("changed", row => row.Inbox.Position));

    private static readonly Statement<LineActor> Join = new(
        "notification_actors_join",
        "INSERT INTO notification_actors (line_id, actor_id, at) SELECT line_id, actor_id, at FROM rows",
        Expect.EveryRow,
        Column.Uuid<LineActor>("line_id", row => row.Line),
        Column.Uuid<LineActor>("actor_id", row => row.Actor),
        Column.Timestamptz<LineActor>("at", row => row.At));

    private static readonly Statement<LineActor> Leave = new(
        "notification_actors_leave",
        """
        DELETE FROM notification_actors USING rows
        WHERE notification_actors.line_id = rows.line_id AND notification_actors.actor_id = rows.actor_id
        """,
        Expect.EveryRow,
        Column.Uuid<LineActor>("line_id", row => row.Line),
        Column.Uuid<LineActor>("actor_id", row => row.Actor));

    private static readonly Statement<Guid> EraseActors = new(
        "notification_actors_erase",
        "DELETE FROM notification_actors USING rows WHERE notification_actors.line_id = rows.line_id",
        Expect.Any,
        Column.Uuid<Guid>("line_id", line => line))
    {
        Table = "notification_actors",
        Key = line => line.GetHashCode(),
    };

    private static readonly Statement<(Guid User, Guid Line)> EraseLine = new(
        "notifications_erase",
        "DELETE FROM notifications USING rows WHERE notifications.user_id = rows.user_id AND notifications.id = rows.id",
        Expect.Any,
        Column.Uuid<(Guid User, Guid Line)>("user_id", row => row.User),
        Column.Uuid<(Guid User, Guid Line)>("id", row => row.Line))
    {
        Table = "notifications",
        Key = row => row.Line.GetHashCode(),
    };

    /// <summary>Adds the rows of a change of the inbox, with its state.</summary>
    /// <param name="version">The version of the state that was read; 0 if there is none yet.</param>
    public static void Write(Change change, InboxChange inbox, long version)
    {
        PutState(change, inbox.Next, version);
        foreach (var line in inbox.Opened)
            change.Add(OpenLine, new(inbox.Next, line));
        foreach (var line in inbox.Changed)
            change.Add(ChangeLine, new(inbox.Next, line));
        foreach (var actor in inbox.Left)
            change.Add(Leave, actor);
        foreach (var actor in inbox.Joined)
            change.Add(Join, actor);
    }

    /// <summary>Deletes a line with those in it.</summary>
    public static void Erase(Change change, Guid user, Guid line)
    {
        change.Add(EraseActors, line);
        change.Add(EraseLine, (user, line));
    }

    /// <summary>Adds the state alone.</summary>
    public static void PutState(Change change, Inbox inbox, long version)
    {
        if (version == 0)
            change.Insert(Inboxes, inbox);
        else
            change.Update(Inboxes, inbox, version);
    }

    private readonly record struct LineRow(Inbox Inbox, InboxLine Line);
}
