using System.Collections.Immutable;

namespace StyleShare.Imaging;

/// <summary>Makes renditions of photos, in processes of their own, so that no file can take this one along.</summary>
public interface IImageWorkers
{
    /// <summary>How many renders run at once.</summary>
    int Count { get; }

    /// <summary>Makes the renditions of a picture, as soon as a worker is free.</summary>
    /// <param name="original">The file, unchanged until this returns.</param>
    /// <param name="percent">Told now and then how far it is, from 0 to 100; must not block.</param>
    /// <param name="cancellation">Ends the wait, and the render under way.</param>
    /// <exception cref="ImageWorkerFailed">The worker came to no answer; to be tried again.</exception>
    Task<RenderResult> Render(ReadOnlyMemory<byte> original, IProgress<int>? percent = null, CancellationToken cancellation = default);
}

/// <summary>What became of a file.</summary>
public abstract record RenderResult
{
    private RenderResult()
    {
    }

    /// <summary>It is a picture, and these are its renditions.</summary>
    public sealed record Rendered(Picture Picture, ImmutableArray<Rendition> Renditions) : RenderResult;

    /// <summary>It is none that is taken, and never will be.</summary>
    public sealed record Rejected(RejectReason Reason) : RenderResult;
}

/// <summary>What is known of a picture before a byte of it is shown.</summary>
/// <param name="Width">Of the original, held upright, in pixels.</param>
/// <param name="Height">Likewise.</param>
/// <param name="Placeholder">Its ThumbHash (https://evanw.github.io/thumbhash/) in base64, some 30 characters.</param>
/// <param name="Color">Its main colour, as <c>#rrggbb</c>.</param>
public sealed record Picture(int Width, int Height, string Placeholder, string Color);

/// <summary>One size of a picture in one format: sRGB, upright, without any metadata.</summary>
/// <param name="Name">One of <see cref="RenditionNames"/>.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Bytes">The file.</param>
public sealed record Rendition(string Name, string ContentType, int Width, int Height, ReadOnlyMemory<byte> Bytes);

/// <summary>The sizes, each of which every picture has; none is larger than its original.</summary>
public static class RenditionNames
{
    /// <summary>1080 pixels on the long side.</summary>
    public const string Large = "large";

    /// <summary>640 pixels on the long side.</summary>
    public const string Medium = "medium";

    /// <summary>320 pixels on the long side.</summary>
    public const string Small = "small";

    /// <summary>150 × 150 pixels from the middle.</summary>
    public const string Square = "square";
}

/// <summary>Why a file does not become a photo.</summary>
public enum RejectReason
{
    /// <summary>Nothing in it says that it is a picture, whatever its name.</summary>
    NotAnImage,

    /// <summary>A picture of a format that is not taken.</summary>
    UnsupportedFormat,

    /// <summary>More bytes than allowed.</summary>
    TooLarge,

    /// <summary>More pixels than allowed.</summary>
    TooManyPixels,

    /// <summary>A picture that cannot be decoded to its end.</summary>
    Corrupt,

    /// <summary>Its bytes are not those that were announced; said by those who know the announcement.</summary>
    ChecksumMismatch,
}

/// <summary>A worker died, was ended for reaching a limit, or could not be started: nothing is known about the picture.</summary>
public sealed class ImageWorkerFailed : Exception
{
    /// <summary>Says what happened.</summary>
    public ImageWorkerFailed(string message, bool isLimit = false, bool isUnavailable = false, Exception? inner = null)
        : base(message, inner) => (IsLimit, IsUnavailable) = (isLimit, isUnavailable);

    /// <summary>Whether the picture needed more memory or time than a worker gets; likely so again.</summary>
    public bool IsLimit { get; }

    /// <summary>Whether no worker saw the picture: none can be started here, or all are busy or stopping. To be tried again later.</summary>
    public bool IsUnavailable { get; }
}
