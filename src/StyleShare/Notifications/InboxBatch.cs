using System.Runtime.InteropServices;

namespace StyleShare.Notifications;

/// <summary>What has to be known of an inbox to decide on a batch of notices.</summary>
/// <param name="Lines">The lines that the notices may touch, oldest first.</param>
/// <param name="Actors">Who of the notices' actors are in them.</param>
/// <param name="Welcome">Actors who are here, and with whom neither side wants nothing to do.</param>
public sealed record KnownLines(
    IReadOnlyList<InboxLine> Lines, IReadOnlySet<(Guid Line, Guid Actor)> Actors, IReadOnlySet<Guid> Welcome)
{
    /// <summary>Nothing is known, and nobody welcome.</summary>
    public static readonly KnownLines None = new([], new HashSet<(Guid, Guid)>(), new HashSet<Guid>());
}

/// <summary>Puts notices into an inbox, one after the other; what they come to in all is written at once.</summary>
/// <remarks>
/// The rules. Likes and follows of one thing join the line that is open for it: the newest one that is unread and whose first
/// act is less than an hour older. Who is in a line of that hour already, read or not, is not told of again. What is undone
/// leaves its unread line; a read one stays as it was read. A comment or mention that is gone takes its line along, read or
/// not, and a deleted post takes all of its lines. A line that nobody is in any more is not shown, but stays open, so that
/// somebody who likes and unlikes all day rings once an hour at the most. What was undone in the same batch never was.
/// </remarks>
public sealed class InboxBatch
{
    /// <summary>How long a line takes in more.</summary>
    public static readonly TimeSpan GroupedFor = TimeSpan.FromHours(1);

    private readonly Inbox _before;
    private readonly IReadOnlySet<Guid> _welcome;
    private readonly Func<NotificationKind, bool> _isWanted;
    private readonly Func<Guid, Guid> _nextId;
    private readonly Dictionary<Guid, InboxLine> _known = [];
    private readonly Dictionary<Guid, InboxLine> _lines = [];
    private readonly Dictionary<Thing, List<Guid>> _linesOf = [];
    private readonly IReadOnlySet<(Guid Line, Guid Actor)> _members;
    private readonly Dictionary<(Guid Line, Guid Actor), DateTimeOffset?> _changes = [];
    private Guid _lastLine;

    /// <summary>Begins.</summary>
    /// <param name="inbox">The inbox.</param>
    /// <param name="known">What of it the notices may touch.</param>
    /// <param name="isWanted">Whether the person wants to know of a kind.</param>
    /// <param name="nextId">Makes an id that is greater than the given one.</param>
    public InboxBatch(Inbox inbox, KnownLines known, Func<NotificationKind, bool> isWanted, Func<Guid, Guid> nextId)
    {
        (_before, _welcome, _members, _isWanted, _nextId) = (inbox, known.Welcome, known.Actors, isWanted, nextId);
        _lastLine = inbox.LastLine;
        foreach (var line in known.Lines)
        {
            _known.Add(line.Id, line);
            Put(line);
        }
    }

    /// <summary>Takes a notice.</summary>
    public void Take(Notice notice)
    {
        switch (notice)
        {
            case Notice.Happened happened when IsWelcome(happened):
                if (happened.Thing.IsGrouped)
                    Join(happened);
                else if (happened.System is not null || LinesOf(happened.Thing).Count == 0)
                    Open(happened);
                break;
            case Notice.Undone undone:
                foreach (var id in LinesOf(undone.Thing))
                    Leave(id, undone);
                break;
            case Notice.PostGone gone:
                foreach (var line in _lines.Values.Where(line => line.Thing.Post == gone.Post).ToList())
                    _lines[line.Id] = line with { Count = 0 };
                break;
        }
    }

    /// <summary>What all of it comes to.</summary>
    public InboxChange End()
    {
        var opened = _lines.Values.Where(line => !_known.ContainsKey(line.Id) && line.Count > 0).OrderBy(line => line.Id).ToList();
        var changed = _lines.Values.Where(line => _known.TryGetValue(line.Id, out var before) && before.Count != line.Count).ToList();
        List<LineActor> joined = [], left = [];
        foreach (var ((line, actor), at) in _changes)
        {
            // A line that came and went in this batch is written by nobody, nor who was in it.
            if (!_known.ContainsKey(line) && _lines[line].Count == 0)
                continue;
            if (at is { } since && !_members.Contains((line, actor)))
                joined.Add(new(line, actor, since));
            else if (at is null && _members.Contains((line, actor)))
                left.Add(new(line, actor, default));
        }

        var none = opened.Count + changed.Count + joined.Count + left.Count == 0;
        var next = none ? _before : _before with
        {
            LastLine = _lastLine,
            Unread = _before.Unread + Change(opened, changed),
            Position = _before.Position + 1,
        };
        return new(next, opened, changed, joined, left);
    }

    private bool IsWelcome(Notice.Happened happened) => _isWanted(happened.Thing.Kind) &&
        (happened.System is not null || (_welcome.Contains(happened.Actor) && happened.Actor != _before.UserId));

    private void Join(Notice.Happened happened)
    {
        Guid? open = null;
        foreach (var id in LinesOf(happened.Thing))
        {
            var line = _lines[id];
            if ((happened.At - line.CreatedAt).Duration() >= GroupedFor)
                continue;
            if (IsIn(id, happened.Actor))
                return;
            if (!_before.HasRead(id))
                open = id;
        }

        if (open is not { } found)
        {
            Open(happened);
            return;
        }

        _changes[(found, happened.Actor)] = happened.At;
        _lines[found] = _lines[found] with { Count = _lines[found].Count + 1 };
    }

    private void Open(Notice.Happened happened)
    {
        _lastLine = _nextId(_lastLine);
        Put(new InboxLine(_lastLine, happened.Thing, 1, happened.At, happened.System));
        _changes[(_lastLine, happened.Actor)] = happened.At;
    }

    private void Leave(Guid id, Notice.Undone undone)
    {
        if (!undone.Thing.IsGrouped)
        {
            _lines[id] = _lines[id] with { Count = 0 };
        }
        else if (!_before.HasRead(id) && IsIn(id, undone.Actor))
        {
            _changes[(id, undone.Actor)] = null;
            _lines[id] = _lines[id] with { Count = _lines[id].Count - 1 };
        }
    }

    private bool IsIn(Guid line, Guid actor) =>
        _changes.TryGetValue((line, actor), out var at) ? at is not null : _members.Contains((line, actor));

    private List<Guid> LinesOf(Thing thing) => _linesOf.TryGetValue(thing, out var lines) ? lines : [];

    private void Put(InboxLine line)
    {
        _lines[line.Id] = line;
        (CollectionsMarshal.GetValueRefOrAddDefault(_linesOf, line.Thing, out _) ??= []).Add(line.Id);
    }

    private long Change(List<InboxLine> opened, List<InboxLine> changed)
    {
        long unread = opened.Count;
        foreach (var line in changed)
        {
            if (_before.HasRead(line.Id))
                continue;
            unread += (line.Count > 0 ? 1 : 0) - (_known[line.Id].Count > 0 ? 1 : 0);
        }

        return unread;
    }
}
