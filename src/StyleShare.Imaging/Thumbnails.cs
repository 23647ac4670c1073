using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging;

/// <summary>Smaller images: upright, sRGB, a byte a band, red, green, blue and perhaps opacity, without any metadata.</summary>
internal static class Thumbnails
{
    private const string Profile = "icc-profile-data";

    /// <summary>Scales it so that its long side is at most this; computes it into memory.</summary>
    public static VipsImage Make(VipsImage image, int side) => Finish(Thumbnail(image, side).ToImage());

    /// <summary>The middle, scaled to a square; no side may be below this.</summary>
    public static VipsImage MakeSquare(VipsImage image, int side) => Finish(Thumbnail(image, side).With("crop", "centre").ToImage());

    /// <summary>Its pixels as red, green, blue and opacity.</summary>
    public static byte[] ToRgba(this VipsImage image)
    {
        var pixels = image.ToPixels();
        if (image.Bands == 4)
            return pixels;
        var rgba = new byte[image.Width * image.Height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            pixels.AsSpan(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }

        return rgba;
    }

    // It turns the image as Exif says, and converts colours after it has made them fewer.
    private static VipsOperation Thumbnail(VipsImage image, int side)
    {
        var thumbnail = VipsOperation.New("thumbnail_image")
            .With("in", image)
            .With("width", side)
            .With("height", side)
            .With("size", "down");
        return image.Has(Profile) ? thumbnail.With("export_profile", "srgb") : thumbnail;
    }

    private static VipsImage Finish(VipsImage thumbnail)
    {
        using (thumbnail)
        {
            using var rgb = VipsOperation.New("colourspace").With("in", thumbnail).With("space", "srgb").ToImage();
            using var bytes = VipsOperation.New("cast").With("in", rgb).With("format", "uchar").ToImage();
            var image = bytes.ToMemory();
            foreach (var field in image.Fields())
                image.Remove(field);
            return image;
        }
    }
}
