using StyleShare.Notifications;

namespace StyleShare.Tests.Notifications;

/// <summary>What notices do to an inbox; no clock, no database.</summary>
public sealed class InboxBatchTests
{
    private static readonly Guid Owner = Guid.CreateVersion7();
    private static readonly Guid Post = Guid.CreateVersion7();
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Thing Like = new(NotificationKind.Like, Post, null);
    private static readonly Thing Follow = new(NotificationKind.Follow, null, null);
    private readonly World _world = new();

    [Fact]
    public void Likes_of_a_post_within_an_hour_are_one_line()
    {
        var people = Enumerable.Range(0, 1_000).Select(_ => Guid.CreateVersion7()).ToArray();
        _world.Take([.. people.Select((person, i) => Liked(person, Noon.AddSeconds(i)))]);
        var line = Assert.Single(_world.Shown);
        Assert.Equal((1_000, Noon, 1), (line.Count, line.CreatedAt, _world.Inbox.Unread));
        Assert.Equal(people.ToHashSet(), _world.ActorsOf(line.Id));
    }

    [Fact]
    public void A_line_takes_in_what_is_less_than_an_hour_younger_than_its_first()
    {
        _world.Take(Liked(New(), Noon));
        _world.Take(Liked(New(), Noon.AddMinutes(60).AddTicks(-1)));
        _world.Take(Liked(New(), Noon.AddMinutes(60)));
        Assert.Equal([2, 1], _world.Shown.Select(line => line.Count));
    }

    [Fact]
    public void Likes_of_two_posts_and_follows_are_three_lines()
    {
        var other = Like with { Post = Guid.CreateVersion7() };
        _world.Take(Liked(New()), new Notice.Happened(other, New(), Noon), new Notice.Happened(Follow, New(), Noon), Liked(New()));
        Assert.Equal([2, 1, 1], _world.Shown.Select(line => line.Count));
    }

    [Fact]
    public void What_comes_again_changes_nothing()
    {
        var (mina, juno) = (New(), New());
        var notices = new[] { Liked(mina), Liked(juno), Commented(juno) };
        _world.Take(notices);
        var position = _world.Inbox.Position;
        _world.Take(notices);
        Assert.Equal([2, 1], _world.Shown.Select(line => line.Count));
        Assert.Equal(position, _world.Inbox.Position);
    }

    [Fact]
    public void What_is_undone_before_it_was_read_was_never_there()
    {
        var (mina, juno) = (New(), New());
        _world.Take(Liked(mina), Liked(juno));
        _world.Take(Unliked(mina));
        Assert.Equal([juno], _world.ActorsOf(Assert.Single(_world.Shown).Id));
        _world.Take(Unliked(juno));
        Assert.Empty(_world.Shown);
        Assert.Equal(0, _world.Inbox.Unread);
    }

    [Fact]
    public void What_is_undone_in_the_same_batch_is_not_even_written()
    {
        var mina = New();
        _world.Take(Liked(mina), Unliked(mina));
        Assert.Empty(_world.Lines);
        Assert.Equal(Inbox.Of(Owner), _world.Inbox);
    }

    [Fact]
    public void Who_likes_and_unlikes_all_day_opens_no_second_line_within_the_hour()
    {
        var mina = New();
        _world.Take(Liked(mina, Noon));
        _world.Take(Unliked(mina));
        _world.Take(Liked(mina, Noon.AddMinutes(30)));
        Assert.Equal(1, Assert.Single(_world.Lines.Values).Count);
        _world.ReadAll();
        _world.Take(Unliked(mina));
        _world.Take(Liked(mina, Noon.AddMinutes(40)));
        Assert.Single(_world.Lines);
        _world.Take(Liked(mina, Noon.AddMinutes(60)));
        Assert.Equal(2, _world.Lines.Count);
    }

    [Fact]
    public void What_was_read_stays_as_it_was_and_others_open_a_new_line()
    {
        var (mina, juno) = (New(), New());
        _world.Take(Liked(mina));
        _world.ReadAll();
        _world.Take(Unliked(mina), Liked(juno));
        Assert.Equal([1, 1], _world.Shown.Select(line => line.Count));
        Assert.Equal(1, _world.Inbox.Unread);
    }

    [Fact]
    public void Comments_are_a_line_each_and_go_when_they_are_deleted_read_or_not()
    {
        var juno = New();
        var (first, second) = (Commented(juno), Commented(juno));
        _world.Take(first, second);
        Assert.Equal(2, _world.Inbox.Unread);
        _world.ReadAll();
        _world.Take(new Notice.Undone(first.Thing, juno));
        Assert.Equal(second.Thing, Assert.Single(_world.Shown).Thing);
        Assert.Equal(0, _world.Inbox.Unread);
    }

    [Fact]
    public void A_deleted_post_takes_its_lines_along()
    {
        _world.Take(Liked(New()), Commented(New()), new Notice.Happened(Follow, New(), Noon));
        _world.Take(new Notice.PostGone(Post));
        Assert.Equal(Follow, Assert.Single(_world.Shown).Thing);
        Assert.Equal(1, _world.Inbox.Unread);
    }

    [Fact]
    public void Ones_own_acts_those_of_unwelcome_people_and_unwanted_kinds_are_no_lines()
    {
        _world.Take(Liked(Owner));
        var stranger = New();
        _world.Unwelcome.Add(stranger);
        _world.Take(Liked(stranger));
        _world.Unwanted = NotificationKind.Comment;
        _world.Take(Commented(New()));
        Assert.Empty(_world.Lines);
    }

    [Fact]
    public void What_the_service_says_is_a_line_each()
    {
        var said = new Notice.Happened(new(NotificationKind.System, null, null), Guid.Empty, Noon, new("안녕하세요", "Hello"));
        _world.Take(said, said);
        Assert.Equal(2, _world.Inbox.Unread);
        Assert.All(_world.Shown, line => Assert.Equal("Hello", line.System!.English));
    }

    [Fact]
    public void Random_notices_in_random_batches_leave_what_one_by_one_leaves()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var people = Enumerable.Range(0, 5).Select(_ => New()).ToArray();
        for (var round = 0; round < 200; round++)
        {
            var (batched, single) = (new World(), new World());
            for (var step = 0; step < 20; step++)
            {
                // What is done and undone in one batch never was; so a batch is the one or the other here.
                var undone = random.Next(3) == 0;
                var notices = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Some(random, people, undone, Noon.AddMinutes(step * 7))).ToArray();
                batched.Take(notices);
                foreach (var notice in notices)
                    single.Take(notice);
                Assert.Equal(single.Shown.Select(line => (line.Thing, line.Count)), batched.Shown.Select(line => (line.Thing, line.Count)));
                Assert.Equal(single.Inbox.Unread, batched.Inbox.Unread);
                Assert.All(batched.Shown.Where(line => line.Thing.IsGrouped), line => Assert.Equal(line.Count, batched.ActorsOf(line.Id).Count));
                Assert.Equal(batched.Shown.Count(line => !batched.Inbox.HasRead(line.Id)), batched.Inbox.Unread);
                if (random.Next(5) == 0)
                {
                    batched.ReadAll();
                    single.ReadAll();
                }
            }
        }
    }

    private static Notice Some(Random random, Guid[] people, bool undone, DateTimeOffset at)
    {
        var person = people[random.Next(people.Length)];
        var thing = random.Next(2) == 0 ? Like : Follow;
        return undone ? new Notice.Undone(thing, person) : new Notice.Happened(thing, person, at);
    }

    private static Guid New() => Guid.CreateVersion7();

    private static Notice.Happened Liked(Guid person, DateTimeOffset? at = null) => new(Like, person, at ?? Noon);

    private static Notice.Undone Unliked(Guid person) => new(Like, person);

    private static Notice.Happened Commented(Guid person) =>
        new(new(NotificationKind.Comment, Post, Guid.CreateVersion7()), person, Noon);

    /// <summary>An inbox in memory, to which batches are applied as the tables would be.</summary>
    private sealed class World
    {
        private readonly Ids _ids = new(TimeProvider.System);
        private readonly HashSet<(Guid Line, Guid Actor)> _actors = [];

        public Inbox Inbox { get; private set; } = Inbox.Of(Owner);

        public SortedDictionary<Guid, InboxLine> Lines { get; } = [];

        public HashSet<Guid> Unwelcome { get; } = [];

        public NotificationKind? Unwanted { get; set; }

        public IEnumerable<InboxLine> Shown => Lines.Values.Where(line => line.Count > 0);

        public HashSet<Guid> ActorsOf(Guid line) => [.. _actors.Where(actor => actor.Line == line).Select(actor => actor.Actor)];

        public void ReadAll() => Inbox = Inbox.Read(Inbox.LastLine, 0);

        public void Take(params Notice[] notices)
        {
            var welcome = notices.OfType<Notice.Happened>().Select(notice => notice.Actor).Where(actor => !Unwelcome.Contains(actor)).ToHashSet();
            var batch = new InboxBatch(Inbox, new([.. Lines.Values], _actors, welcome), kind => kind != Unwanted, _ids.NextAfter);
            foreach (var notice in notices)
                batch.Take(notice);
            var change = batch.End();
            foreach (var line in change.Opened)
                Lines.Add(line.Id, line);
            foreach (var line in change.Changed)
                Lines[line.Id] = line;
            Assert.All(change.Left, actor => Assert.True(_actors.Remove((actor.Line, actor.Actor))));
            Assert.All(change.Joined, actor => Assert.True(_actors.Add((actor.Line, actor.Actor))));
            Inbox = change.Next;
        }
    }
}
