using System.Collections.Immutable;

namespace StyleShare.Photos;

/// <summary>A photo, and the rules of what may happen to it. Null stands for one that was never announced.</summary>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="ContentType">What the client took it for.</param>
/// <param name="Bytes">How many were announced.</param>
/// <param name="Sha256">What they must hash to, in hex; null if the client did not say.</param>
/// <param name="Content">The picture that it is linked to: the SHA-256 of what was uploaded, in hex.</param>
public sealed record Photo(
    Guid Id,
    Guid OwnerId,
    PhotoState State,
    string? Reason,
    string ContentType,
    long Bytes,
    string? Sha256,
    string? Content,
    DateTimeOffset CreatedAt)
{
    /// <summary>What the picture turned out to be; kept with the picture, not with the photo.</summary>
    public PhotoPicture? Picture { get; init; }

    /// <summary>Whether its row is gone; whoever still has this record is about to forget it.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>The photo, if it is there.</summary>
    /// <exception cref="Refusal"><c>photo_not_found</c>.</exception>
    public static Photo Existing(Photo? photo) => photo is { IsRemoved: false } ? photo : throw PhotoErrors.NotFound();

    /// <summary>The photo, if it is there and this person's.</summary>
    /// <exception cref="Refusal"><c>photo_not_found</c>: nobody is told of others' photos.</exception>
    public static Photo Own(Photo? photo, Guid caller) =>
        Existing(photo).OwnerId == caller ? photo! : throw PhotoErrors.NotFound();

    /// <summary>Announces a photo under an id that nothing was announced under.</summary>
    public static Decision<Photo, PhotoFact> Announce(Photo? photo, Guid id, AnnouncePhoto command, DateTimeOffset now)
    {
        if (photo is not null)
            throw PhotoErrors.Exists();
        var announced = new Photo(
            id, command.Owner, PhotoState.AwaitingUpload, null, command.ContentType, command.Bytes, command.Sha256, null, now);
        return new(announced, [new PhotoFact.Announced(id)]);
    }

    /// <summary>The bytes are uploaded. Only the first time is anything to be done.</summary>
    public Decision<Photo, PhotoFact> Complete() => State == PhotoState.AwaitingUpload
        ? new(this with { State = PhotoState.Processing }, [new PhotoFact.Uploaded(Id)])
        : Decision<Photo, PhotoFact>.Nothing(this);

    /// <summary>
    /// It is known what the bytes are. A client that replaces them before they are processed changes that: the photo then leaves
    /// the one picture for the other.
    /// </summary>
    public Decision<Photo, PhotoFact> Link(string content, DateTimeOffset now)
    {
        if (State != PhotoState.Processing || Content == content)
            return Decision<Photo, PhotoFact>.Nothing(this);
        var linked = this with { Content = content };
        return new(linked, [.. Unlinked(now), new PhotoFact.Linked(content)]);
    }

    /// <summary>The renditions are stored.</summary>
    public Decision<Photo, PhotoFact> BecomeReady(PhotoPicture picture, DateTimeOffset now)
    {
        if (State != PhotoState.Processing)
            return Decision<Photo, PhotoFact>.Nothing(this);
        var ready = this with { State = PhotoState.Ready, Picture = picture };
        return new(ready, [new PhotoFact.BecameReady(Id, Content ?? throw new InvalidOperationException("It is linked to no picture."), picture, now)]);
    }

    /// <summary>It cannot be shown.</summary>
    public Decision<Photo, PhotoFact> Reject(string reason, DateTimeOffset now)
    {
        if (State != PhotoState.Processing)
            return Decision<Photo, PhotoFact>.Nothing(this);
        var rejected = this with { State = PhotoState.Rejected, Reason = reason, Content = null };
        return new(rejected, [.. Unlinked(now), new PhotoFact.Rejected(Id, now)]);
    }

    /// <summary>It is removed; whether something shows it is known to the database only.</summary>
    public Decision<Photo, PhotoFact> Remove(DateTimeOffset now)
    {
        var hasUpload = State is PhotoState.AwaitingUpload or PhotoState.Processing;
        return new(this with { IsRemoved = true }, [new PhotoFact.Removed(Id, hasUpload, now), .. Unlinked(now)]);
    }

    /// <summary>As it is shown.</summary>
    public PhotoView View() => Picture is { } picture && State == PhotoState.Ready
        ? new(Id, OwnerId, State, null, picture.Width, picture.Height, picture.Placeholder, picture.Color, Content, picture.Sizes)
        : new(Id, OwnerId, State, Reason, null, null, null, null, null, []);

    private ImmutableArray<PhotoFact> Unlinked(DateTimeOffset now) => Content is { } content ? [new PhotoFact.Unlinked(content, now)] : [];
}

/// <summary>What can happen to a photo; <see cref="PhotoTable"/> knows which rows each is.</summary>
public abstract record PhotoFact
{
    private PhotoFact()
    {
    }

    /// <summary>It was announced; nothing shows it yet.</summary>
    public sealed record Announced(Guid Id) : PhotoFact;

    /// <summary>Its bytes are there, to be processed.</summary>
    public sealed record Uploaded(Guid Id) : PhotoFact;

    /// <summary>It is an upload of this picture.</summary>
    public sealed record Linked(string Content) : PhotoFact;

    /// <summary>It is an upload of this picture no longer.</summary>
    public sealed record Unlinked(string Content, DateTimeOffset At) : PhotoFact;

    /// <summary>Its picture is rendered.</summary>
    public sealed record BecameReady(Guid Id, string Content, PhotoPicture Picture, DateTimeOffset At) : PhotoFact;

    /// <summary>It cannot be shown.</summary>
    public sealed record Rejected(Guid Id, DateTimeOffset At) : PhotoFact;

    /// <summary>Its row is gone.</summary>
    /// <param name="HasUpload">Whether what was uploaded, or will be, may still be stored.</param>
    public sealed record Removed(Guid Id, bool HasUpload, DateTimeOffset At) : PhotoFact;
}
