using System.Collections.Immutable;
using Orleans.Concurrency;
using StyleShare.Requests;

namespace StyleShare.Photos;

/// <summary>What a photo is at. The numbers are stored.</summary>
public enum PhotoState
{
    /// <summary>It was announced; the client has not said that it is uploaded.</summary>
    AwaitingUpload = 0,

    /// <summary>It is uploaded, and being checked and rendered.</summary>
    Processing = 1,

    /// <summary>Its renditions are there; it never changes again.</summary>
    Ready = 2,

    /// <summary>It is no photo that can be shown; nothing of it is kept.</summary>
    Rejected = 3,
}

/// <summary>How large a rendition is; it is there in each format.</summary>
/// <param name="Name"><c>large</c>, <c>medium</c>, <c>small</c> or <c>square</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
[GenerateSerializer, Immutable]
public sealed record PhotoSize(string Name, int Width, int Height);

/// <summary>A photo as it is shown. All but the addresses of its renditions, which follow from <paramref name="Content"/>.</summary>
/// <param name="Reason">Why it was rejected, a stable <c>snake_case</c> word; null in every other state.</param>
/// <param name="Width">Of the upright original, in pixels; null until it is ready, as all that follows.</param>
/// <param name="Placeholder">A ThumbHash, base64.</param>
/// <param name="Color">The main colour, as <c>#rrggbb</c>.</param>
/// <param name="Content">The SHA-256 of the original, in hex.</param>
/// <param name="Sizes">Of the renditions.</param>
[GenerateSerializer, Immutable]
public sealed record PhotoView(
    Guid Id,
    Guid OwnerId,
    PhotoState State,
    string? Reason,
    int? Width,
    int? Height,
    string? Placeholder,
    string? Color,
    string? Content,
    ImmutableArray<PhotoSize> Sizes)
{
    /// <summary>Whether it will never be another one.</summary>
    public bool IsFinal => State is PhotoState.Ready or PhotoState.Rejected;

    /// <summary>A photo of which nothing is known but that something shows it.</summary>
    public static PhotoView Unknown(Guid id) => new(id, default, PhotoState.AwaitingUpload, null, null, null, null, null, null, []);
}

/// <summary>What a picture turned out to be when it was rendered.</summary>
[GenerateSerializer, Immutable]
public sealed record PhotoPicture(int Width, int Height, string Placeholder, string Color, ImmutableArray<PhotoSize> Sizes);

/// <summary>A photo and how far it is.</summary>
/// <param name="Percent">Of the processing, 0 to 100.</param>
/// <param name="Version">Grows with every committed change; goes into the ETag.</param>
/// <param name="Position">Another one whenever anything of it is.</param>
[GenerateSerializer, Immutable]
public sealed record PhotoStatus(PhotoView Photo, int Percent, long Version, long Position);

/// <summary>Announces a photo; the numbers are within <see cref="PhotoLimits"/>.</summary>
/// <param name="ContentType">What the client takes it for; what it is, is found out.</param>
/// <param name="Bytes">How many there will be.</param>
/// <param name="Sha256">What they must hash to, in hex; null if the client does not say.</param>
[GenerateSerializer, Immutable]
public sealed record AnnouncePhoto(Guid Owner, string ContentType, long Bytes, string? Sha256, RequestKey? Request);

/// <summary>A photo that was announced, with what its upload is signed for.</summary>
[GenerateSerializer, Immutable]
public sealed record AnnouncedPhoto(PhotoView Photo, string ContentType, long Bytes, DateTimeOffset At);

/// <summary>What the job that processes a photo has to know of it.</summary>
/// <param name="Content">The picture that it is linked to; null if it is to none yet.</param>
[GenerateSerializer, Immutable]
public sealed record PhotoWork(PhotoState State, string ContentType, long Bytes, string? Sha256, string? Content);

/// <summary>A photo: from its announcement to its renditions. Its key is the photo's id.</summary>
public interface IPhotoGrain : IGrainWithGuidKey
{
    /// <summary>Announces the photo, whose bytes are to come.</summary>
    Task<AnnouncedPhoto> Announce(AnnouncePhoto command);

    /// <summary>The bytes are uploaded: has them processed. Idempotent.</summary>
    /// <exception cref="Refusal"><c>photo_not_found</c>, also where it is not the caller's; <c>not_uploaded</c>;
    /// <c>object_store_unavailable</c>.</exception>
    Task<PhotoStatus> Complete(Guid caller, RequestKey? request);

    /// <summary>The photo; null if there is none, not any more, or it is not the caller's.</summary>
    [ReadOnly]
    Task<PhotoStatus?> View(Guid caller);

    /// <summary>The same, as soon as its position is another one, or after a while.</summary>
    [AlwaysInterleave]
    Task<PhotoStatus?> WaitFor(Guid caller, long position, TimeSpan atMost);

    /// <summary>What there is to do; null if there is no such photo any more. This and what follows is for jobs only.</summary>
    /// <exception cref="Refusal"><c>photo_changed</c>: another activation wrote it; soon this one knows what.</exception>
    Task<PhotoWork?> Work();

    /// <summary>Links the photo to the picture that it is an upload of, which is not removed from then on. Idempotent.</summary>
    /// <returns>What is known of the picture; null if it has to be rendered first.</returns>
    /// <exception cref="Refusal"><c>picture_being_removed</c>: to be tried again; <c>photo_not_found</c>.</exception>
    Task<PhotoPicture?> Link(string content);

    /// <summary>The renditions of the picture that it is linked to are stored. Idempotent.</summary>
    Task Ready(PhotoPicture picture);

    /// <summary>The photo cannot be shown. Idempotent; a ready one stays so.</summary>
    Task Reject(string reason);

    /// <summary>Tells those who wait how far the processing is.</summary>
    Task Progress(int percent);

    /// <summary>Removes the photo, unless something shows it. Idempotent.</summary>
    /// <returns>Whether it is gone.</returns>
    Task<bool> Remove();
}
