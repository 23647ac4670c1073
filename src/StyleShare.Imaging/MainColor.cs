using System.Globalization;

namespace StyleShare.Imaging;

/// <summary>The colour that most of a picture has.</summary>
internal static class MainColor
{
    private const int Bits = 3, Buckets = 1 << (3 * Bits), Shift = 8 - Bits;

    /// <summary>The average of the pixels in the fullest of 512 equal parts of the colour cube, as <c>#rrggbb</c>.</summary>
    /// <param name="rgba">Pixels of four bytes; each counts as much as it is opaque. White, if none is.</param>
    public static string Of(ReadOnlySpan<byte> rgba)
    {
        var sums = new long[Buckets * 4];
        for (var i = 0; i + 3 < rgba.Length; i += 4)
        {
            var (red, green, blue, opacity) = (rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]);
            var bucket = ((red >> Shift << (2 * Bits)) | (green >> Shift << Bits) | (blue >> Shift)) * 4;
            sums[bucket] += red * opacity;
            sums[bucket + 1] += green * opacity;
            sums[bucket + 2] += blue * opacity;
            sums[bucket + 3] += opacity;
        }

        var fullest = 0;
        for (var bucket = 4; bucket < sums.Length; bucket += 4)
        {
            if (sums[bucket + 3] > sums[fullest + 3])
                fullest = bucket;
        }

        var weight = sums[fullest + 3];
        if (weight == 0)
            return "#ffffff";
        long Mean(int band) => (sums[fullest + band] + weight / 2) / weight;
        return string.Create(CultureInfo.InvariantCulture, $"#{Mean(0):x2}{Mean(1):x2}{Mean(2):x2}");
    }
}
