using Microsoft.Extensions.Options;
using Orleans.Streams.Core;
using StyleShare.Jobs;
using StyleShare.People;
using StyleShare.Posts;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Notifications;

/// <summary>The inbox of a person. It keeps a few numbers; what it decides upon is read for each batch of events.</summary>
[ImplicitStreamSubscription(PostActivities.Namespace)]
[ImplicitStreamSubscription(FollowActivity.Namespace)]
[ImplicitStreamSubscription(SystemNotice.Namespace)]
internal sealed class InboxGrain : Grain, IInboxGrain, IStreamSubscriptionObserver
{
    private const string Consumer = "inbox";

    // Each may be three rows; a change stays far below the committer's limit, and ends well within the time of a delivery.
    private const int MaxNotices = 2_000;

    private readonly InboxStore _store;
    private readonly ICommitter _committer;
    private readonly Ids _ids;
    private readonly TimeProvider _clock;
    private readonly NotificationOptions _options;
    private readonly DurableConsumer _consumer;
    private readonly Watchers _watchers;
    private Inbox _inbox = null!;
    private long _version;

    public InboxGrain(
        InboxStore store,
        ICommitter committer,
        Ids ids,
        TimeProvider clock,
        IOptions<NotificationOptions> options,
        DurableConsumers consumers,
        SiloStop stop)
    {
        (_store, _committer, _ids, _clock, _options) = (store, committer, ids, clock, options.Value);
        _consumer = consumers.OfBatches(Consumer, Handle);
        _watchers = new Watchers(clock, stop);
    }

    private Guid User => this.GetPrimaryKey();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (inbox, version) = await _store.Load(User, cancellationToken);
        (_inbox, _version) = (inbox ?? Inbox.Of(User), version);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _watchers.Wake();
        return Task.CompletedTask;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => _consumer.Resume(handleFactory);

    public Task<InboxState> State() => Task.FromResult(Here);

    public async Task<InboxState> WaitFor(long position, TimeSpan atMost)
    {
        if (_inbox.Position == position)
            await _watchers.Wait(atMost);
        return Here;
    }

    public async Task<InboxState> Read(Guid upTo)
    {
        if (await _store.UnreadBehind(User, upTo) is not { } unread)
            throw NotificationErrors.NotFound();
        await Become(_inbox.Read(upTo, unread));
        return Here;
    }

    public async Task Erase()
    {
        await Become(_inbox with { ReadUpTo = _inbox.LastLine, Unread = 0, Position = _inbox.Position + 1 });
        while (await _store.SomeLines(User, _committer.MaxChangeRows / 4) is { Length: > 0 } lines)
        {
            var change = new Change();
            foreach (var line in lines)
                InboxTable.Erase(change, User, line);
            await _committer.Commit(change);
        }
    }

    private InboxState Here => new(_inbox.Position, _inbox.Unread);

    private async Task Handle(StreamId stream, IReadOnlyList<StreamEvent> events)
    {
        var begin = 0;
        var notices = new List<Notice>();
        for (var i = 0; i < events.Count; i++)
        {
            notices.AddRange(NoticesOf(stream.GetNamespace()!, events[i]));
            if (notices.Count < MaxNotices && i < events.Count - 1)
                continue;
            await Take(notices, events.Skip(begin).Take(i + 1 - begin));
            notices.Clear();
            begin = i + 1;
        }

        if (_inbox.Unread > _options.MaxUnread)
            await ReadOlderHalf();
    }

    private static IEnumerable<Notice> NoticesOf(string @namespace, StreamEvent raised) => @namespace switch
    {
        PostActivities.Namespace => raised.Read(PostJson.Default.ListPostActivity).Select(Notice.Of),
        FollowActivity.Namespace => raised.Read(PeopleJson.Default.ListFollowActivity).Select(Notice.Of),
        _ => raised.Read(NotificationJson.Default.ListSystemNotice).Select(Notice.Of),
    };

    private async Task Take(List<Notice> notices, IEnumerable<StreamEvent> events)
    {
        var preferences = await GrainFactory.GetGrain<IPreferencesGrain>(User).Get();
        var known = await _store.Known(_inbox, notices);
        var batch = new InboxBatch(_inbox, known, kind => preferences[kind].Inbox, _ids.NextAfter);
        foreach (var notice in notices)
            batch.Take(notice);
        var decision = batch.End();
        if (decision.IsNothing)
            return;

        var change = new Change();
        InboxTable.Write(change, decision, _version);
        foreach (var raised in events)
            change.Handled(Consumer, raised.Id);
        foreach (var line in decision.Opened)
            Announce(change, line, preferences[line.Thing.Kind]);
        await Commit(change, decision.Next);
    }

    // Once for each line: who joins it later is seen there, and rings nobody.
    private void Announce(Change change, InboxLine line, Wish wish)
    {
        var now = _clock.Now();
        if (wish.Push || wish.Mail)
            change.Enqueue(TellOfLine.Kind, new(User, line.Id), _ids.Next(), notBefore: now + _options.PushDelay);
    }

    private async Task ReadOlderHalf()
    {
        if (await _store.LineAt(User, _options.MaxUnread / 2) is { } line)
            await Become(_inbox.Read(line, _options.MaxUnread / 2));
    }

    private async Task Become(Inbox next)
    {
        if (next == _inbox)
            return;
        var change = new Change();
        InboxTable.PutState(change, next, _version);
        await Commit(change, next);
    }

    private async Task Commit(Change change, Inbox next)
    {
        try
        {
            await _committer.Commit(change);
        }
        catch
        {
            // Written or not: the next activation reads which.
            DeactivateOnIdle();
            _watchers.Wake();
            throw;
        }

        _inbox = next;
        _version++;
        _watchers.Wake();
    }
}
