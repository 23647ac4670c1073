using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging;

/// <summary>Writes renditions as files; what is to be known about the choices is measured by <c>tests/Benchmarks/run photos</c>.</summary>
internal static class Encoder
{
    /// <summary>A JPEG; what is transparent becomes white.</summary>
    public static byte[] Jpeg(VipsImage image, int quality) => VipsOperation.New("jpegsave_buffer")
        .With("in", image)
        .With("Q", quality)
        .With("optimize_coding", "true")
        .With("strip", "true")
        .With("background", "255")
        .ToBytes();

    /// <summary>A WebP; it keeps transparency.</summary>
    public static byte[] Webp(VipsImage image, int quality, int effort) =>
        Imaging.Webp.WithoutMetadata(VipsOperation.New("webpsave_buffer")
            .With("in", image)
            .With("Q", quality)
            .With("effort", effort)
            .With("strip", "true")
            .ToBytes());
}
