using StyleShare.Imaging.Vips;

namespace StyleShare.Benchmarks.Photos;

/// <summary>A photo as a phone makes it, as far as its size goes: shapes and shades of all scales, and a sensor's noise.</summary>
internal static class TestPhoto
{
    private const int Width = 4000, Height = 3000;

    /// <summary>A JPEG of 12 megapixels and some 4.5 MB.</summary>
    public static byte[] Make()
    {
        var pixels = new byte[Width * Height * 3];
        // Each band has shapes of another size.
        (int Cell, int Contrast)[] bands = [(400, 90), (90, 60), (700, 100)];
        for (var band = 0; band < bands.Length; band++)
        {
            var values = Band(bands[band].Cell, bands[band].Contrast, seed: band + 1);
            for (var i = 0; i < values.Length; i++)
                pixels[i * 3 + band] = values[i];
        }

        using var raw = VipsImage.FromPixels(pixels, Width, Height, 3);
        using var photo = VipsOperation.New("copy").With("in", raw).With("interpretation", "srgb").ToImage();
        return VipsOperation.New("jpegsave_buffer").With("in", photo).With("Q", 85).ToBytes();
    }

    private static byte[] Band(int cell, int contrast, int seed)
    {
        using var shapes = VipsOperation.New("perlin")
            .With("width", Width).With("height", Height).With("cell_size", cell).With("seed", seed).ToImage();
        using var shades = VipsOperation.New("linear").With("in", shapes).With("a", contrast).With("b", 128).ToImage();
        using var noise = VipsOperation.New("gaussnoise")
            .With("width", Width).With("height", Height).With("mean", 0).With("sigma", 18).With("seed", seed).ToImage();
        using var sum = VipsOperation.New("add").With("left", shades).With("right", noise).ToImage();
        using var bytes = VipsOperation.New("cast").With("in", sum).With("format", "uchar").ToImage();
        return bytes.ToPixels();
    }
}
