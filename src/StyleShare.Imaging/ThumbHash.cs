using System.Runtime.InteropServices;

namespace StyleShare.Imaging;

/// <summary>A picture's placeholder in some 25 bytes, by ThumbHash's published algorithm (https://evanw.github.io/thumbhash/).</summary>
/// <remarks>
/// A discrete cosine transform of the luminance and of two colour differences (and of opacity, if there is any transparency), of
/// which the lowest frequencies are kept: the constant terms with 6 bits, the others with 4 bits in units of the largest.
/// </remarks>
internal static class ThumbHash
{
    /// <summary>The longest side that the algorithm is meant for.</summary>
    public const int MaxSide = 100;

    /// <summary>Encodes pixels of four bytes, red, green, blue and opacity (not premultiplied).</summary>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgba)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);
        var pixels = width * height;
        if (rgba.Length != pixels * 4)
            throw new ArgumentException("A pixel is four bytes.", nameof(rgba));
        var (red, green, blue, opacity) = Average(rgba);
        var hasAlpha = opacity < pixels;
        var (l, p, q, a) = Split(rgba, red, green, blue);

        // Fewer frequencies of luminance where transparency needs room; fewer along the short side.
        var most = hasAlpha ? 5 : 7;
        var lx = Math.Max(1, Round(most * (double)width / Math.Max(width, height)));
        var ly = Math.Max(1, Round(most * (double)height / Math.Max(width, height)));
        var luminance = Channel.Encode(l, width, height, Math.Max(3, lx), Math.Max(3, ly));
        var yellow = Channel.Encode(p, width, height, 3, 3);
        var reddish = Channel.Encode(q, width, height, 3, 3);
        var alpha = hasAlpha ? Channel.Encode(a, width, height, 5, 5) : null;

        var isLandscape = width > height;
        var first = Round(63 * luminance.Constant) | (Round(31.5 + 31.5 * yellow.Constant) << 6) |
            (Round(31.5 + 31.5 * reddish.Constant) << 12) | (Round(31 * luminance.Scale) << 18) | (hasAlpha ? 1 << 23 : 0);
        var second = (isLandscape ? ly : lx) | (Round(63 * yellow.Scale) << 3) | (Round(63 * reddish.Scale) << 9) |
            (isLandscape ? 1 << 15 : 0);
        List<byte> hash = [(byte)first, (byte)(first >> 8), (byte)(first >> 16), (byte)second, (byte)(second >> 8)];
        if (alpha is not null)
            hash.Add((byte)(Round(15 * alpha.Constant) | (Round(15 * alpha.Scale) << 4)));
        AddNibbles(hash, [.. luminance.Varying, .. yellow.Varying, .. reddish.Varying, .. alpha?.Varying ?? []]);
        return [.. hash];
    }

    private static (double Red, double Green, double Blue, double Opacity) Average(ReadOnlySpan<byte> rgba)
    {
        double red = 0, green = 0, blue = 0, opacity = 0;
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var alpha = rgba[i + 3] / 255.0;
            red += alpha / 255 * rgba[i];
            green += alpha / 255 * rgba[i + 1];
            blue += alpha / 255 * rgba[i + 2];
            opacity += alpha;
        }

        return opacity > 0 ? (red / opacity, green / opacity, blue / opacity, opacity) : (red, green, blue, opacity);
    }

    // Luminance, yellow against blue, red against green, and opacity; what is transparent shows the average colour.
    private static (double[] L, double[] P, double[] Q, double[] A) Split(ReadOnlySpan<byte> rgba, double red, double green, double blue)
    {
        var pixels = rgba.Length / 4;
        var (l, p, q, a) = (new double[pixels], new double[pixels], new double[pixels], new double[pixels]);
        for (var i = 0; i < pixels; i++)
        {
            var alpha = rgba[i * 4 + 3] / 255.0;
            var r = red * (1 - alpha) + alpha / 255 * rgba[i * 4];
            var g = green * (1 - alpha) + alpha / 255 * rgba[i * 4 + 1];
            var b = blue * (1 - alpha) + alpha / 255 * rgba[i * 4 + 2];
            (l[i], p[i], q[i], a[i]) = ((r + g + b) / 3, (r + g) / 2 - b, r - g, alpha);
        }

        return (l, p, q, a);
    }

    private static void AddNibbles(List<byte> hash, double[] varying)
    {
        for (var i = 0; i < varying.Length; i++)
        {
            var nibble = (byte)Round(15 * varying[i]);
            if (i % 2 == 0)
                hash.Add(nibble);
            else
                CollectionsMarshal.AsSpan(hash)[^1] |= (byte)(nibble << 4);
        }
    }

    // As the published algorithm rounds: halves upwards.
    private static int Round(double value) => (int)Math.Floor(value + 0.5);

    private sealed record Channel(double Constant, IReadOnlyList<double> Varying, double Scale)
    {
        public static Channel Encode(double[] channel, int width, int height, int nx, int ny)
        {
            double constant = 0, scale = 0;
            List<double> varying = [];
            var (fx, rows) = (new double[width], new double[height]);
            for (var cy = 0; cy < ny; cy++)
            {
                for (var y = 0; y < height; y++)
                    rows[y] = Math.Cos(Math.PI / height * cy * (y + 0.5));
                for (var cx = 0; cx * ny < nx * (ny - cy); cx++)
                {
                    for (var x = 0; x < width; x++)
                        fx[x] = Math.Cos(Math.PI / width * cx * (x + 0.5));
                    var sum = 0.0;
                    for (var y = 0; y < height; y++)
                    {
                        for (var x = 0; x < width; x++)
                            sum += channel[x + y * width] * fx[x] * rows[y];
                    }

                    sum /= width * height;
                    if (cx == 0 && cy == 0)
                    {
                        constant = sum;
                        continue;
                    }

                    varying.Add(sum);
                    scale = Math.Max(scale, Math.Abs(sum));
                }
            }

            for (var i = 0; scale > 0 && i < varying.Count; i++)
                varying[i] = 0.5 + 0.5 / scale * varying[i];
            return new Channel(constant, varying, scale);
        }
    }
}
