using System.Collections.Immutable;
using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging;

/// <summary>What rendering goes by.</summary>
internal readonly record struct RenderSettings(long MaxPixels, int JpegQuality, int WebpQuality, int WebpEffort)
{
    public static RenderSettings Of(ImagingOptions options) =>
        new(options.MaxPixels, options.JpegQuality, options.WebpQuality, options.WebpEffort);
}

/// <summary>
/// A file in, renditions out. It is decoded once, to the largest rendition, from which the others are made in memory.
/// </summary>
/// <remarks>
/// A file that ends early, or whose structure is broken, is corrupt. Bits flipped in the compressed pixels of a JPEG often
/// still decode, and then show as they do in any viewer.
/// </remarks>
internal sealed unsafe class Renderer
{
    private const int SquareSide = 150;
    private static readonly (string Name, int Side)[] Sizes =
        [(RenditionNames.Large, 1080), (RenditionNames.Medium, 640), (RenditionNames.Small, 320)];

    private readonly RenderSettings _settings;
    private readonly Action<int>? _progress;
    private readonly PictureFormat _format;
    private readonly byte* _file;
    private readonly int _length;

    private Renderer(RenderSettings settings, Action<int>? progress, PictureFormat format, byte* file, int length)
    {
        (_settings, _progress, _format) = (settings, progress, format);
        _file = file;
        _length = length;
    }

    /// <summary>Renders a picture on this thread.</summary>
    /// <param name="original">The file; what it does not need is taken out of it.</param>
    /// <param name="settings">What to go by.</param>
    /// <param name="progress">Told how far it is, in percent.</param>
    /// <exception cref="VipsException">This process may not have as much memory as the picture needs.</exception>
    /// <exception cref="DllNotFoundException">libvips is not installed.</exception>
    public static RenderResult Render(Memory<byte> original, RenderSettings settings, Action<int>? progress = null)
    {
        _ = VipsLibrary.Version;
        var (format, reason) = PictureFormats.Sniff(original.Span);
        if (format is null)
            return new RenderResult.Rejected(reason);
        var length = format == PictureFormat.Png ? Png.Clean(original.Span) : original.Length;
        if (length is null)
            return new RenderResult.Rejected(RejectReason.Corrupt);
        using var pinned = original.Pin();
        try
        {
            return new Renderer(settings, progress, format.Value, (byte*)pinned.Pointer, length.Value).Render();
        }
        catch (VipsException e) when (!e.IsMemory)
        {
            return new RenderResult.Rejected(Decoder.IsMissing(format.Value, e) ? RejectReason.UnsupportedFormat : RejectReason.Corrupt);
        }
    }

    private RenderResult Render()
    {
        // The header only: pixels are read when they are asked for.
        using var header = Decoder.Open(_format, _file, _length, shrink: 1);
        if ((long)header.Width * header.Height > _settings.MaxPixels)
            return new RenderResult.Rejected(RejectReason.TooManyPixels);
        var (width, height) = header.Orientation >= 5 ? (header.Height, header.Width) : (header.Width, header.Height);
        _progress?.Invoke(5);

        using var large = Scaled(header, Sizes[0].Side);
        _progress?.Invoke(50);
        using var medium = Thumbnails.Make(large, Sizes[1].Side);
        using var small = Thumbnails.Make(medium, Sizes[2].Side);
        using var square = Square(header, large, small);
        var renditions = ImmutableArray.CreateBuilder<Rendition>(8);
        Save(renditions, Sizes[0].Name, large);
        Save(renditions, Sizes[1].Name, medium);
        Save(renditions, Sizes[2].Name, small);
        Save(renditions, RenditionNames.Square, square);

        using var tiny = Thumbnails.Make(small, ThumbHash.MaxSide);
        var pixels = tiny.ToRgba();
        var placeholder = Convert.ToBase64String(ThumbHash.Encode(tiny.Width, tiny.Height, pixels));
        _progress?.Invoke(100);
        return new RenderResult.Rendered(new Picture(width, height, placeholder, MainColor.Of(pixels)), renditions.MoveToImmutable());
    }

    // Decoders that can give a smaller picture for less work (JPEG, WebP) are asked to, as long as it is not too small.
    private VipsImage Scaled(VipsImage header, int side)
    {
        var shrink = Decoder.ShrinkFor(_format, Math.Max(header.Width, header.Height), side);
        if (shrink == 1)
            return Thumbnails.Make(header, side);
        using var smaller = Decoder.Open(_format, _file, _length, shrink);
        return Thumbnails.Make(smaller, side);
    }

    // Of a small rendition if that is high enough; a panorama's is not, and is decoded once more.
    private VipsImage Square(VipsImage header, VipsImage large, VipsImage small)
    {
        var side = Math.Min(SquareSide, Math.Min(header.Width, header.Height));
        foreach (var image in (VipsImage[])[small, large])
        {
            if (Math.Min(image.Width, image.Height) >= side)
                return Thumbnails.MakeSquare(image, side);
        }

        using var again = Decoder.Open(
            _format, _file, _length, Decoder.ShrinkFor(_format, Math.Min(header.Width, header.Height), side));
        return Thumbnails.MakeSquare(again, side);
    }

    private void Save(ImmutableArray<Rendition>.Builder renditions, string name, VipsImage image)
    {
        renditions.Add(new Rendition(name, "image/jpeg", image.Width, image.Height, Encoder.Jpeg(image, _settings.JpegQuality)));
        renditions.Add(new Rendition(
            name, "image/webp", image.Width, image.Height, Encoder.Webp(image, _settings.WebpQuality, _settings.WebpEffort)));
        _progress?.Invoke(50 + renditions.Count * 6);
    }
}
