using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using StyleShare.Accounts;
using StyleShare.Photos;
using StyleShare.Storage;

namespace StyleShare.People;

/// <summary>A person. Reentrant, so that a crowd that starts to follow them is committed in groups.</summary>
[Reentrant]
internal sealed class UserGrain : Grain, IUserGrain
{
    private static readonly Task<UserView?> NoView = Task.FromResult<UserView?>(null);
    private static readonly Task<UserSummary?> NoSummary = Task.FromResult<UserSummary?>(null);

    private readonly UserStore _store;
    private readonly PhotoQueries _photos;
    private readonly TimeProvider _clock;
    private readonly ILogger<UserGrain> _log;
    private readonly CommittedState<User, UserFact> _state;
    private readonly KnownMembers _followers;
    private Func<Guid, Task>? _addFollower, _removeFollower;

    private long _posts;
    private Task? _counting;
    private bool _countAgain;

    // Answers for readers, made once for each committed state.
    private User? _shown;
    private Task<UserView?> _view = NoView;
    private Task<UserSummary?> _summary = NoSummary;

    public UserGrain(UserStore store, PhotoQueries photos, ICommitter committer, TimeProvider clock, ILogger<UserGrain> log)
    {
        _store = store;
        _photos = photos;
        _clock = clock;
        _log = log;
        _state = new CommittedState<User, UserFact>(committer, UserTable.State, UserTable.Write, _ => DeactivateOnIdle());
        _followers = new KnownMembers(ids => _store.FollowersAmong(this.GetPrimaryKey(), ids), _state.Confirm);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var loaded = await _store.Load(this.GetPrimaryKey(), cancellationToken);
        _state.Load(loaded.User, loaded.Version);
        _followers.Load(loaded.Followers);
        _posts = loaded.Posts;
    }

    public Task<UserView?> Get()
    {
        Show();
        return _view;
    }

    public Task<UserSummary?> Summary()
    {
        Show();
        return _summary;
    }

    public Task<OwnView?> Me() => Task.FromResult(Own());

    public Task<bool> Uses(string claimKey)
    {
        ForgetIfNobody();
        return Task.FromResult(_state.Committed is { IsHere: true } user
            && (ClaimKeys.ForHandle(user.Handle) == claimKey || ClaimKeys.ForEmail(user.Email) == claimKey));
    }

    public async Task<OwnView> Edit(EditProfile command)
    {
        command = await ClaimEmail(command);
        Editable(command.IfVersion);
        var chosen = command.AvatarPhotoId is { } photo ? (await _photos.FindOwn(this.GetPrimaryKey(), [photo]))[0] : null;
        var user = Editable(command.IfVersion);
        try
        {
            await _state.Commit(user.Edit(command, _clock.Now(), chosen?.Content));
        }
        catch (ChangeRefusedException e) when (e.Constraint == UserTable.EmailKey)
        {
            throw AccountErrors.EmailTaken();
        }
        catch (ChangeRefusedException e) when (e.Constraint == PhotoUses.Gone)
        {
            throw PhotoErrors.Unknown();
        }

        // It may have become ready before the commit that shows it: who told of that did not find this person then.
        if (chosen is { IsFinal: false })
            await AvatarChanged();

        if (command.Email is { } email && ClaimKeys.ForEmail(email) != ClaimKeys.ForEmail(user.Email))
            await ReleaseEmail(user.Email);
        return Own() ?? throw PeopleErrors.UserNotFound();
    }

    public async Task<bool> ConfirmEmail(string claimKey)
    {
        ForgetIfNobody();
        if (_state.Working is not { IsHere: true } user || ClaimKeys.ForEmail(user.Email) != claimKey)
            return false;
        await _state.Commit(user.ConfirmEmail(_clock.Now()));
        return true;
    }

    public Task AddFollower(Guid follower)
    {
        ForgetIfNobody();
        User.Existing(_state.Working);
        _addFollower ??= added => _state.Commit(User.AddFollower(_state.Working, added, _clock.Now()));
        return _followers.Change(follower, member: true, _addFollower);
    }

    public Task RemoveFollower(Guid follower)
    {
        ForgetIfNobody();
        if (_state.Working is null)
            return Task.CompletedTask;
        _removeFollower ??= removed => _state.Commit(_state.Working!.RemoveFollower(removed, _clock.Now()));
        return _followers.Change(follower, member: false, _removeFollower);
    }

    public Task RecountPosts()
    {
        // Counted anew and not added up: the activation that this call may have caused has counted the post already.
        _countAgain = true;
        return _counting is { IsCompleted: false } ? _counting : _counting = CountAnew();
    }

    public async Task AvatarChanged()
    {
        ForgetIfNobody();
        if (_state.Working is not { AvatarPhotoId: { } photo })
            return;
        var found = await _photos.Find([photo]);
        if (_state.Working is not { } user || found is not [{ IsFinal: true } view])
            return;
        await _state.Commit(view.Content is { } avatar ? user.ShowAvatar(photo, avatar) : user.DropAvatar(photo));
    }

    public async Task Vanish()
    {
        ForgetIfNobody();
        if (_state.Working is { } user)
            await _state.Commit(user.Vanish(_clock.Now()));
    }

    public async Task Scrub()
    {
        if (_state.Working is { } user)
            await _state.Commit(user.Scrub(_clock.Now()));
    }

    // The claim comes first, and may stay behind with a person who does not use it: it then goes to who asks next.
    private async Task<EditProfile> ClaimEmail(EditProfile command)
    {
        var user = Editable(command.IfVersion);
        if (command.Email is null)
            return command;
        if (!EmailAddress.TryNormalize(command.Email, out var email))
            throw PeopleErrors.Invalid("email", EmailAddress.Rule);
        var key = ClaimKeys.ForEmail(email);
        if (key != ClaimKeys.ForEmail(user.Email)
            && !await GrainFactory.GetGrain<IClaimGrain>(key).Claim(user.Id, user.Id.ToString("N")))
            throw AccountErrors.EmailTaken();
        return command with { Email = email };
    }

    private User Editable(long? ifVersion)
    {
        ForgetIfNobody();
        var user = User.Existing(_state.Working);
        if (ifVersion is { } version
            && (version != _state.CommittedVersion || _state.Committed is not { } seen || !user.HasProfileOf(seen)))
            throw PeopleErrors.StaleVersion();
        return user;
    }

    private async Task ReleaseEmail(string email)
    {
        try
        {
            await GrainFactory.GetGrain<IClaimGrain>(ClaimKeys.ForEmail(email)).Release(this.GetPrimaryKey());
        }
        catch (Exception e)
        {
            PeopleLog.EmailNotReleased(_log, this.GetPrimaryKey(), e);
        }
    }

    private async Task CountAnew()
    {
        try
        {
            while (_countAgain)
            {
                _countAgain = false;
                _posts = await _store.PostsOf(this.GetPrimaryKey());
                _shown = null;
            }
        }
        finally
        {
            _counting = null;
        }
    }

    private OwnView? Own() => _state.Committed is { IsHere: true } user
        ? new OwnView(user.View(_posts, _state.CommittedVersion), user.Email, user.Locale, user.EmailVerifiedAt is not null)
        : null;

    private void Show()
    {
        if (ReferenceEquals(_shown, _state.Committed) && _shown is not null)
            return;
        ForgetIfNobody();
        _shown = _state.Committed;
        var view = _shown is { IsHere: true } user ? user.View(_posts, _state.CommittedVersion) : null;
        _view = view is null ? NoView : Task.FromResult<UserView?>(view);
        _summary = view is null ? NoSummary : Task.FromResult<UserSummary?>(view.Summary);
    }

    // Ids of people who do not exist are made up by whoever guesses; they are not to be kept in memory. Nor would this one
    // learn of it if they came to be, for their row is first written by their account.
    private void ForgetIfNobody()
    {
        if (_state.Working is null)
            DeactivateOnIdle();
    }
}
