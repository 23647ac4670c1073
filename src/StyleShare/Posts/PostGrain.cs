using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using StyleShare.Accounts;
using StyleShare.Feeds;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Shares;
using StyleShare.Storage;

namespace StyleShare.Posts;

/// <summary>A post: the only writer of its rows. Calls interleave, so that what many people do at once is one commit.</summary>
[Orleans.Concurrency.Reentrant]
public sealed class PostGrain : Grain, IPostGrain
{
    private static readonly Task<SeenPost?> Nothing = Task.FromResult<SeenPost?>(null);

    private readonly PostStore _store;
    private readonly PhotoQueries _photoQueries;
    private readonly Ids _ids;
    private readonly TimeProvider _clock;
    private readonly IRecentPosts _recent;
    private readonly ILogger<PostGrain> _logger;
    private readonly CommittedState<Post, PostFact> _state;
    private readonly KnownMembers _likes;
    private readonly KnownMembers _saves;
    private readonly Dictionary<Guid, Task> _deletions = new(0);
    private Func<Guid, Task>? _like, _unlike, _save, _unsave;

    // Never fewer than the post shows.
    private PostPhotos _photos = PostPhotos.None;

    // What viewers see, made once a version: [liked + 2 × saved].
    private Task<SeenPost?>?[] _seen = [null, null, null, null];
    private long _seenVersion;

    /// <summary>Creates the grain.</summary>
    public PostGrain(
        PostStore store,
        PhotoQueries photos,
        ICommitter committer,
        Ids ids,
        TimeProvider clock,
        IRecentPosts recent,
        ILogger<PostGrain> logger)
    {
        (_store, _photoQueries, _ids, _clock, _recent, _logger) = (store, photos, ids, clock, recent, logger);
        _state = new(committer, PostTable.Posts, PostTable.Write, _ => this.DeactivateOnIdle());
        _likes = new(users => _store.LikersAmong(Id, users), _state.Confirm);
        _saves = new(users => _store.SaversAmong(Id, users), _state.Confirm);
    }

    private Guid Id => this.GetPrimaryKey();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var loaded = await _store.Load(Id, cancellationToken);
        _state.Load(loaded.Post, loaded.Version);
        _likes.Load(loaded.Likers);
        _saves.Load(loaded.Savers);
        _photos = _photos.Learn(loaded.Photos);
    }

    /// <inheritdoc/>
    public async Task<PublishedPost> Publish(PublishPost command)
    {
        var content = PostContent.Of(command.Caption, command.PhotoIds, command.Items);
        content = content with { Mentions = await WhoExist(Marks.Mentions(content.Caption)) };
        _photos = _photos.Learn(await _photoQueries.FindOwn(command.Author.Id, content.PhotoIds));
        var decision = Post.Publish(_state.Working, Id, command.Author.Id, content, _clock.Now());
        var answer = new PublishedPost(ViewOf(decision.Next, version: 1), command.Author);
        await WithPhotos(_state.Commit(decision, command.Request, answer, PostJson.Default.PublishedPost));
        _recent.Nudge();
        await RecountPosts(command.Author.Id);
        return answer;
    }

    /// <inheritdoc/>
    public Task<SeenPost?> View(Guid viewer)
    {
        if (_state.Committed is not { DeletedAt: null } post)
            return Nothing;
        return _likes.IsMember(viewer) is { } liked && _saves.IsMember(viewer) is { } saved
            ? Seen(post, liked, saved)
            : ViewOnceKnown(viewer);
    }

    /// <inheritdoc/>
    public async Task<PostView> Edit(EditPost command)
    {
        var content = ContentAfter(command);
        if (command.Caption is not null)
            content = content with { Mentions = await WhoExist(Marks.Mentions(content.Caption)) };

        // What was shown before stays, whatever became of it.
        if (command.PhotoIds is { } photos)
            _photos = _photos.Learn(await _photoQueries.FindOwn(command.Caller, photos.RemoveRange(Post.Existing(_state.Working).Content.PhotoIds)));

        // While people and photos were looked up, the post may have changed: what the command does not name is taken anew.
        content = ContentAfter(command) with { Mentions = content.Mentions };
        await WithPhotos(_state.Commit(Post.Edit(_state.Working, command.Caller, content, _clock.Now())));
        return ViewOf(Post.Existing(_state.Committed), _state.CommittedVersion);
    }

    /// <inheritdoc/>
    public async Task Delete(Guid caller)
    {
        var decision = Post.Delete(_state.Working, caller, _clock.Now());
        await _state.Commit(decision);
        if (!decision.Facts.IsEmpty)
            await RecountPosts(decision.Next.AuthorId);
    }

    /// <inheritdoc/>
    public Task Like(Guid user)
    {
        Post.Existing(_state.Working);
        return _likes.Change(user, true, _like ??= liker => _state.Commit(Post.Like(_state.Working, liker, _clock.Now())));
    }

    /// <inheritdoc/>
    public Task Unlike(Guid user) => _state.Working is null
        ? Task.CompletedTask
        : _likes.Change(user, false, _unlike ??= liker => _state.Commit(_state.Working!.Unlike(liker, _clock.Now())));

    /// <inheritdoc/>
    public Task Save(Guid user)
    {
        Post.Existing(_state.Working);
        return _saves.Change(user, true, _save ??= saver => _state.Commit(Post.Save(_state.Working, saver, _clock.Now())));
    }

    /// <inheritdoc/>
    public Task Unsave(Guid user) => _state.Working is null
        ? Task.CompletedTask
        : _saves.Change(user, false, _unsave ??= saver => _state.Commit(_state.Working!.Unsave(saver)));

    /// <inheritdoc/>
    public async Task<ShareView> Share(NewShare command)
    {
        var share = Shares.Share.Of(command, _clock.Now());
        var answer = share.View(version: 1);
        await _state.Commit(Post.AddShare(_state.Working, share), command.Request, answer, ShareJson.Default.ShareView);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<CommentView> Comment(AddComment command)
    {
        var decision = Post.AddComment(
            _state.Working, _ids.Next(), command.Author.Id, command.Text, _clock.Now(), out var comment);
        var answer = new CommentView(comment.Id, comment.PostId, command.Author, comment.Text, comment.CreatedAt);
        await _state.Commit(decision, command.Request, answer, PostJson.Default.CommentView);
        return answer;
    }

    /// <inheritdoc/>
    public async Task DeleteComment(Guid comment, Guid caller)
    {
        // One at a time for each comment: who comes second has to see that it is gone.
        while (_deletions.TryGetValue(comment, out var other))
            await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var deletion = DeleteCommentAlone(comment, caller);
        if (!deletion.IsCompleted)
            _deletions.Add(comment, deletion);
        await deletion;
    }

    /// <inheritdoc/>
    public async Task PhotosChanged()
    {
        if (_state.Committed is not { DeletedAt: null, Content.PhotoIds: { IsEmpty: false } ids })
            return;
        _photos = _photos.Learn(await _photoQueries.Find(ids));
        _seen = [null, null, null, null];
    }

    // Photos that were not ready when they were looked up may have become so before the commit that shows them: who told of that
    // did not find this post then.
    private async Task WithPhotos(Task commit)
    {
        try
        {
            await commit;
        }
        catch (ChangeRefusedException e) when (e.Constraint == PhotoUses.Gone)
        {
            throw PhotoErrors.Unknown();
        }

        if (_state.Committed is { Content.PhotoIds: { IsEmpty: false } ids } && !_photos.AreFinal(ids))
            await PhotosChanged();
    }

    private async Task DeleteCommentAlone(Guid comment, Guid caller)
    {
        try
        {
            var written = await _store.Comment(Id, comment) ?? throw PostErrors.CommentNotFound();
            var post = _state.Working ?? throw PostErrors.CommentNotFound();
            await _state.Commit(post.DeleteComment(written, caller, _clock.Now()));
        }
        finally
        {
            _deletions.Remove(comment);
        }
    }

    /// <summary>What the post shows after the edit, with the mentions of before.</summary>
    private PostContent ContentAfter(EditPost command)
    {
        var post = Post.Own(_state.Working, command.Caller);

        // An edit that is being committed will have made the version that the caller names an old one.
        if (command.IfVersion is { } seen &&
            (seen != _state.CommittedVersion || !ReferenceEquals(post.Content, _state.Committed?.Content)))
        {
            throw PostErrors.Stale();
        }

        var before = post.Content;
        var content = PostContent.Of(
            command.Caption ?? before.Caption, command.PhotoIds ?? before.PhotoIds, command.Items ?? before.Items);
        return content with { Mentions = before.Mentions };
    }

    private async Task<SeenPost?> ViewOnceKnown(Guid viewer)
    {
        var liked = await _likes.Find(viewer);
        var saved = await _saves.Find(viewer);
        return _state.Committed is { DeletedAt: null } post ? await Seen(post, liked, saved) : null;
    }

    private Task<SeenPost?> Seen(Post post, bool liked, bool saved)
    {
        if (_seenVersion != _state.CommittedVersion)
        {
            _seen = [null, null, null, null];
            _seenVersion = _state.CommittedVersion;
        }

        var at = (liked ? 1 : 0) + (saved ? 2 : 0);
        return _seen[at] ??= Task.FromResult<SeenPost?>(new(ViewOf(post, _seenVersion), liked, saved));
    }

    private PostView ViewOf(Post post, long version) => new(
        post.Id,
        post.AuthorId,
        post.Content.Caption,
        _photos.Of(post.Content.PhotoIds),
        post.Content.Items,
        post.Content.Tags,
        post.Content.Mentions,
        post.Likes,
        post.Comments,
        post.Shares,
        post.Saves,
        post.CreatedAt,
        post.EditedAt,
        version);

    private async Task<ImmutableArray<string>> WhoExist(ImmutableArray<string> handles)
    {
        if (handles.IsEmpty)
            return handles;
        var owners = await Task.WhenAll(
            handles.Select(handle => GrainFactory.GetGrain<IClaimGrain>(ClaimKeys.ForHandle(handle)).Owner()));
        return [.. handles.Where((_, i) => owners[i] is not null)];
    }

    // The count is the author's grain's, and made anew at its activation: losing this loses nothing that is kept.
    private async Task RecountPosts(Guid author)
    {
        try
        {
            await GrainFactory.GetGrain<IUserGrain>(author).RecountPosts();
        }
        catch (Exception e)
        {
            PostLog.CountFailed(_logger, e);
        }
    }
}
