namespace StyleShare.Demo.Pictures;

/// <summary>A colour, each part from 0 to 1.</summary>
internal readonly record struct Color(float R, float G, float B)
{
    /// <summary>From <c>0xRRGGBB</c>.</summary>
    public static Color Of(int rgb) => new((rgb >> 16) / 255f, ((rgb >> 8) & 255) / 255f, (rgb & 255) / 255f);

    /// <summary>Partly this colour, partly the other.</summary>
    public Color Mix(Color other, float part) =>
        new(R + ((other.R - R) * part), G + ((other.G - G) * part), B + ((other.B - B) * part));

    public Color Lighter(float part) => Mix(new Color(1, 1, 1), part);

    public Color Darker(float part) => Mix(new Color(0.06f, 0.05f, 0.08f), part);
}

/// <summary>A point; the picture's longer side is 1000, its middle the origin.</summary>
internal readonly record struct Point(float X, float Y)
{
    public static implicit operator Point((float X, float Y) point) => new(point.X, point.Y);
}

/// <summary>Draws shapes, smooth at their edges: how much of a pixel is covered is told from its distance to the edge.</summary>
internal sealed class Canvas(int width, int height)
{
    private readonly float _scale = Math.Max(width, height) / 1000f;
    private readonly Color[] _pixels = new Color[width * height];

    /// <summary>Colours all of it, from one to the other, along a direction.</summary>
    public void Ground(Color from, Color to, float angle)
    {
        var (dx, dy) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        var reach = (Math.Abs(dx) * width) + (Math.Abs(dy) * height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                _pixels[(y * width) + x] = from.Mix(to, 0.5f + ((((x - (width / 2f)) * dx) + ((y - (height / 2f)) * dy)) / reach));
        }
    }

    public void Circle(Point middle, float radius, Color color, float opacity = 1) => Paint(
        (middle.X - radius, middle.Y - radius), (middle.X + radius, middle.Y + radius), color, opacity,
        point => Math.Abs(Length(point.X - middle.X, point.Y - middle.Y)) - radius);

    /// <summary>A line with round ends: arms, legs, straps.</summary>
    public void Line(Point from, Point to, float thickness, Color color, float opacity = 1)
    {
        var radius = thickness / 2;
        Paint(
            (Math.Min(from.X, to.X) - radius, Math.Min(from.Y, to.Y) - radius), (Math.Max(from.X, to.X) + radius, Math.Max(from.Y, to.Y) + radius),
            color, opacity, point => ToSegment(point, from, to) - radius);
    }

    /// <summary>A shape with corners, which may be rounded.</summary>
    public void Polygon(Color color, float rounding, params Point[] corners)
    {
        Paint(
            (corners.Min(c => c.X) - rounding, corners.Min(c => c.Y) - rounding), (corners.Max(c => c.X) + rounding, corners.Max(c => c.Y) + rounding),
            color, opacity: 1, point => ToPolygon(point, corners) - rounding);
    }

    /// <summary>The picture, as a file.</summary>
    public byte[] ToPng()
    {
        var bytes = new byte[width * height * 3];
        for (var i = 0; i < _pixels.Length; i++)
        {
            var (r, g, b) = _pixels[i];
            (bytes[i * 3], bytes[(i * 3) + 1], bytes[(i * 3) + 2]) = (Byte(r), Byte(g), Byte(b));
        }

        return Png.Write(width, height, bytes);
    }

    private void Paint(Point least, Point most, Color color, float opacity, Func<Point, float> distance)
    {
        var (left, right) = (Math.Max(0, PixelX(least.X) - 1), Math.Min(width - 1, PixelX(most.X) + 1));
        var (top, bottom) = (Math.Max(0, PixelY(least.Y) - 1), Math.Min(height - 1, PixelY(most.Y) + 1));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var point = new Point((x + 0.5f - (width / 2f)) / _scale, (y + 0.5f - (height / 2f)) / _scale);
                var covered = Math.Clamp(0.5f - (distance(point) * _scale), 0, 1) * opacity;
                if (covered > 0)
                    _pixels[(y * width) + x] = _pixels[(y * width) + x].Mix(color, covered);
            }
        }
    }

    private int PixelX(float x) => (int)((x * _scale) + (width / 2f));

    private int PixelY(float y) => (int)((y * _scale) + (height / 2f));

    private static float ToSegment(Point point, Point from, Point to)
    {
        var (px, py, dx, dy) = (point.X - from.X, point.Y - from.Y, to.X - from.X, to.Y - from.Y);
        var part = Math.Clamp(((px * dx) + (py * dy)) / Math.Max((dx * dx) + (dy * dy), 1e-6f), 0, 1);
        return Length(px - (dx * part), py - (dy * part));
    }

    // Inside is where a ray crosses the outline an odd number of times.
    private static float ToPolygon(Point point, Point[] corners)
    {
        var (nearest, inside) = (float.MaxValue, false);
        for (var (i, j) = (0, corners.Length - 1); i < corners.Length; j = i++)
        {
            var (a, b) = (corners[i], corners[j]);
            nearest = Math.Min(nearest, ToSegment(point, a, b));
            if (a.Y > point.Y != b.Y > point.Y && point.X < ((b.X - a.X) * (point.Y - a.Y) / (b.Y - a.Y)) + a.X)
                inside = !inside;
        }

        return inside ? -nearest : nearest;
    }

    private static float Length(float x, float y) => MathF.Sqrt((x * x) + (y * y));

    private static byte Byte(float part) => (byte)Math.Clamp((part * 255) + 0.5f, 0, 255);
}
