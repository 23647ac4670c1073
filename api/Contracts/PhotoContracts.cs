using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StyleShare.Objects;
using StyleShare.Photos;

namespace StyleShare.Api.Contracts;

/// <summary>Announces a photo.</summary>
/// <param name="ContentType">What it is taken for: <c>image/…</c>.</param>
/// <param name="Bytes">How many there will be.</param>
/// <param name="Sha256">What they hash to, in hex; then nothing else is taken.</param>
public sealed record AnnounceRequest(string? ContentType = null, long? Bytes = null, string? Sha256 = null);

/// <summary>One size of a photo in one format; it never changes under its address.</summary>
/// <param name="Name"><c>large</c>, <c>medium</c>, <c>small</c> or <c>square</c>.</param>
public sealed record RenditionResponse(string Name, int Width, int Height, string ContentType, string Url);

/// <summary>A photo, ready or on its way.</summary>
/// <param name="State"><c>awaitingUpload</c>, <c>processing</c>, <c>ready</c> or <c>rejected</c>.</param>
/// <param name="Reason">Why it was rejected; absent in every other state.</param>
/// <param name="Width">Of the original, upright.</param>
/// <param name="Height">Of the original, upright.</param>
/// <param name="Placeholder">A ThumbHash, base64: what to show until the first byte of picture is there.</param>
/// <param name="Color">The main colour, as <c>#rrggbb</c>.</param>
public sealed record PhotoResponse(
    Guid Id,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    int? Width,
    int? Height,
    string? Placeholder,
    string? Color,
    ImmutableArray<RenditionResponse> Renditions);

/// <summary>A photo that was announced, and how to send its bytes.</summary>
public sealed record AnnouncedResponse(PhotoResponse Photo, UploadResponse Upload);

/// <summary>How far a photo is.</summary>
/// <param name="Percent">0 to 100.</param>
public sealed record ProgressResponse(string State, int Percent);

/// <summary>Shows photos and people's pictures with the addresses at which they are.</summary>
public sealed class Pictures(PublicObjects objects)
{
    /// <summary>A photo.</summary>
    public PhotoResponse Photo(PhotoView photo) => new(
        photo.Id,
        NameOf(photo.State),
        photo.Reason,
        photo.Width,
        photo.Height,
        photo.Placeholder,
        photo.Color,
        photo.Content is { } content ? Renditions(photo, content) : []);

    /// <summary>The picture that shows a person; null if there is none.</summary>
    public AvatarResponse? Avatar(string? content) =>
        content is null ? null : new(objects.AddressOf(PhotoKeys.Rendition(content, PhotoKeys.Square, PhotoKeys.Formats[0].Ending)));

    /// <summary>How the API names a state.</summary>
    public static string NameOf(PhotoState state) => state switch
    {
        PhotoState.AwaitingUpload => "awaitingUpload",
        PhotoState.Processing => "processing",
        PhotoState.Ready => "ready",
        _ => "rejected",
    };

    private ImmutableArray<RenditionResponse> Renditions(PhotoView photo, string content)
    {
        var shown = ImmutableArray.CreateBuilder<RenditionResponse>(photo.Sizes.Length * PhotoKeys.Formats.Count);
        foreach (var size in photo.Sizes)
        {
            foreach (var (type, ending) in PhotoKeys.Formats)
                shown.Add(new(size.Name, size.Width, size.Height, type, objects.AddressOf(PhotoKeys.Rendition(content, size.Name, ending))));
        }

        return shown.MoveToImmutable();
    }
}
