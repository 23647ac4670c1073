namespace StyleShare.Imaging.Tests;

public sealed class ThumbHashTests
{
    // Computed by the algorithm's author's own program (npm's thumbhash 0.1.1) from the same pixels.
    [Theory]
    [InlineData(100, 75, false, "HwgGDYJ2dkdWVwhldmV3du6Pm5sg")]
    [InlineData(60, 100, false, "H/gBFAIiYKUBA4FCVla9n3nFBg==")]
    [InlineData(32, 32, true, "XhiGHQQYUEdVfYRXeId/CmOCpkB0I4aFdw==")]
    [InlineData(1, 1, false, "AAgCBwAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(100, 10, false, "3PgJIYIzNJByd1eIrJ9e8pg=")]
    [InlineData(7, 90, true, "3OiFIQYoU3A5qmqvaoRpBXZ4dXhYB3c=")]
    public void A_placeholder_is_what_the_published_algorithm_makes(int width, int height, bool isTransparent, string expected)
    {
        var pixels = new byte[width * height * 4];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = (y * width + x) * 4;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(x * 7 + y * 3), (byte)(x * x + y * 11), (byte)(x * y));
                pixels[at + 3] = isTransparent ? (byte)(x * 13 + y * 5) : byte.MaxValue;
            }
        }

        Assert.Equal(expected, Convert.ToBase64String(ThumbHash.Encode(width, height, pixels)));
    }

    [Fact]
    public void Larger_pictures_have_to_be_made_smaller_first() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ThumbHash.Encode(101, 1, new byte[404]));

    [Fact]
    public void A_placeholder_knows_landscape_from_portrait()
    {
        var (landscape, portrait) = (Hash(Pictures.Jpeg(400, 200)), Hash(Pictures.Jpeg(200, 400)));
        Assert.Equal(0x80, landscape[4] & 0x80);
        Assert.Equal(0, portrait[4] & 0x80);

        static byte[] Hash(byte[] file) => Convert.FromBase64String(Render.Accepted(file).Picture.Placeholder);
    }
}
