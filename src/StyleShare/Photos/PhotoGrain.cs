using Microsoft.Extensions.Options;
using StyleShare.Objects;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Photos;

/// <summary>A photo: the only writer of its row. Calls interleave, so that many can wait for it.</summary>
[Orleans.Concurrency.Reentrant]
internal sealed class PhotoGrain : Grain, IPhotoGrain
{
    private readonly PhotoStore _store;
    private readonly IObjectStore _objects;
    private readonly TimeProvider _clock;
    private readonly CommittedState<Photo, PhotoFact> _state;
    private readonly Watchers _watchers;
    private int _percent;

    public PhotoGrain(
        PhotoStore store, IObjectStore objects, ICommitter committer, TimeProvider clock, IOptions<PhotoOptions> options, SiloStop stop)
    {
        (_store, _objects, _clock) = (store, objects, clock);
        _state = new(committer, PhotoTable.Photos, (change, fact) => PhotoTable.Write(change, fact, options.Value), _ => DeactivateOnIdle());
        _watchers = new(clock, stop);
    }

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (photo, version) = await _store.Load(Id, cancellationToken);
        _state.Load(photo, version);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _watchers.Wake();
        return Task.CompletedTask;
    }

    public async Task<AnnouncedPhoto> Announce(AnnouncePhoto command)
    {
        var decision = Photo.Announce(_state.Working, Id, command, _clock.Now());
        var announced = decision.Next;
        var answer = new AnnouncedPhoto(announced.View(), announced.ContentType, announced.Bytes, announced.CreatedAt);
        await _state.Commit(decision, command.Request, answer, PhotoJson.Default.AnnouncedPhoto);
        return answer;
    }

    public async Task<PhotoStatus> Complete(Guid caller, RequestKey? request)
    {
        ForgetIfNothing();
        if (Photo.Own(_state.Working, caller).State == PhotoState.AwaitingUpload && !await IsUploaded())
            throw PhotoErrors.NotUploaded();

        // While the store was asked, another call may have completed it.
        var decision = Photo.Own(_state.Working, caller).Complete();
        var answer = StatusOf(decision.Next, _state.CommittedVersion + (ReferenceEquals(decision.Next, _state.Committed) ? 0 : 1));
        await _state.Commit(decision, request, answer, PhotoJson.Default.PhotoStatus);
        _watchers.Wake();
        return answer;
    }

    public Task<PhotoStatus?> View(Guid caller)
    {
        ForgetIfNothing();
        return Task.FromResult(Seen(caller));
    }

    public async Task<PhotoStatus?> WaitFor(Guid caller, long position, TimeSpan atMost)
    {
        ForgetIfNothing();
        if (Seen(caller) is { } now && now.Position == position)
            await _watchers.Wait(atMost);
        return Seen(caller);
    }

    public async Task<PhotoWork?> Work()
    {
        ForgetIfNothing();

        // Who is told that there is nothing to do ends the job and deletes the upload: another activation may know better.
        if (_state.Working is not { State: PhotoState.Processing } known)
        {
            var (_, stored) = await _store.Load(Id, CancellationToken.None);
            if (stored != _state.CommittedVersion)
            {
                DeactivateOnIdle();
                throw PhotoErrors.NotUpToDate();
            }

            known = _state.Working!;
        }

        return known is { IsRemoved: false } ? new PhotoWork(known.State, known.ContentType, known.Bytes, known.Sha256, known.Content) : null;
    }

    public async Task<PhotoPicture?> Link(string content)
    {
        try
        {
            await _state.Commit(Photo.Existing(_state.Working).Link(content, _clock.Now()));
        }
        catch (ChangeRefusedException e) when (e.Constraint == PhotoTable.NotDeleting)
        {
            throw PhotoErrors.BeingRemoved();
        }

        return await _store.Picture(content);
    }

    public Task Ready(PhotoPicture picture) => Finish(photo => photo.BecomeReady(picture, _clock.Now()));

    public Task Reject(string reason) => Finish(photo => photo.Reject(reason, _clock.Now()));

    public Task Progress(int percent)
    {
        if (_state.Committed is { State: PhotoState.Processing } && percent > _percent)
        {
            _percent = Math.Min(percent, 99);
            _watchers.Wake();
        }

        return Task.CompletedTask;
    }

    public async Task<bool> Remove()
    {
        ForgetIfNothing();
        if (_state.Working is not { } photo)
            return true;
        if (!photo.IsRemoved && await _store.UsesOf(Id) is not [])
            return false;
        try
        {
            // While that was asked, another call may have removed it: then this one waits until that is committed.
            photo = _state.Working!;
            await (photo.IsRemoved ? _state.Settle() : _state.Commit(photo.Remove(_clock.Now())));
        }
        catch (ChangeRefusedException e) when (e.Constraint == PhotoTable.InUse)
        {
            // Somebody has shown it in this moment.
            return false;
        }

        DeactivateOnIdle();
        return true;
    }

    private async Task Finish(Func<Photo, Decision<Photo, PhotoFact>> decide)
    {
        await _state.Commit(decide(Photo.Existing(_state.Working)));
        _watchers.Wake();
    }

    private async Task<bool> IsUploaded()
    {
        try
        {
            return await _objects.Head(PhotoKeys.Upload(Id)) is not null;
        }
        catch (ObjectStoreUnavailable)
        {
            throw PhotoErrors.StoreUnavailable();
        }
    }

    private PhotoStatus? Seen(Guid caller) => _state.Committed is { IsRemoved: false } photo && photo.OwnerId == caller
        ? StatusOf(photo, _state.CommittedVersion)
        : null;

    private PhotoStatus StatusOf(Photo photo, long version)
    {
        var percent = photo.State switch
        {
            PhotoState.AwaitingUpload => 0,
            PhotoState.Processing => _percent,
            _ => 100,
        };
        return new(photo.View(), percent, version, version * 1_000 + percent);
    }

    // Ids of photos that do not exist are made up by whoever guesses; they are not to be kept in memory.
    private void ForgetIfNothing()
    {
        if (_state.Committed is null or { IsRemoved: true })
            DeactivateOnIdle();
    }
}
