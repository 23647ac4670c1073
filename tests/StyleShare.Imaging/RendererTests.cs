using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

public sealed class RendererTests
{
    [Fact]
    public void A_photo_becomes_four_sizes_in_two_formats()
    {
        var rendered = Render.Accepted(Pictures.Jpeg(2000, 1500));
        Assert.Equal((2000, 1500), (rendered.Picture.Width, rendered.Picture.Height));
        Assert.Equal(
            ["large jpeg 1080×810", "large webp 1080×810", "medium jpeg 640×480", "medium webp 640×480", "small jpeg 320×240",
                "small webp 320×240", "square jpeg 150×150", "square webp 150×150"],
            rendered.Renditions.Select(r => $"{r.Name} {r.ContentType[6..]} {r.Width}×{r.Height}"));
        Assert.All(rendered.Renditions, rendition =>
        {
            using var decoded = Decoded.Open(rendition.Bytes);
            Assert.Equal((rendition.Width, rendition.Height), (decoded.Image.Width, decoded.Image.Height));
            Assert.Equal(rendition.ContentType, PictureFormats.Sniff(rendition.Bytes.Span).Format == PictureFormat.Jpeg ? "image/jpeg" : "image/webp");
            Render.AssertUpright(rendition);
        });
    }

    [Theory]
    [InlineData(90, 60, 90, 60, 60)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(200, 1000, 200, 1000, 150)]
    [InlineData(3000, 150, 1080, 54, 150)]
    [InlineData(150, 3001, 54, 1080, 150)]
    [InlineData(4000, 40, 1080, 11, 40)]
    public void Nothing_is_enlarged(int width, int height, int largeWidth, int largeHeight, int square)
    {
        var rendered = Render.Accepted(Pictures.Jpeg(width, height));
        var large = rendered.Renditions.Single(r => r is { Name: RenditionNames.Large, ContentType: "image/webp" });
        Assert.Equal((largeWidth, largeHeight), (large.Width, large.Height));
        Assert.All(rendered.Renditions.Where(r => r.Name == RenditionNames.Square), r => Assert.Equal((square, square), (r.Width, r.Height)));
        Assert.Equal(8, rendered.Renditions.Length);
    }

    [Fact]
    public void The_square_is_the_middle()
    {
        var rendered = Render.Accepted(Pictures.Jpeg(1200, 300));
        var square = rendered.Renditions.First(r => r.Name == RenditionNames.Square);
        Render.AssertUpright(square);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void A_photo_is_held_upright_as_its_Exif_says(int orientation)
    {
        using var upright = Pictures.Quartered(800, 600);
        using var stored = Stored(upright, orientation);
        var file = Pictures.Tagged(stored.Save("jpegsave_buffer"), ".jpg", "-n", $"-Orientation={orientation}");
        var rendered = Render.Accepted(file);
        Assert.Equal((800, 600), (rendered.Picture.Width, rendered.Picture.Height));
        Assert.All(rendered.Renditions, Render.AssertUpright);
        Assert.Equal((640, 480), rendered.Renditions.Where(r => r.Name == RenditionNames.Medium).Select(r => (r.Width, r.Height)).Distinct().Single());
    }

    // How a camera that is held this way stores the picture: the inverse of what Exif 2.3 (4.6.4 A, Orientation) has viewers do.
    private static VipsImage Stored(VipsImage upright, int orientation)
    {
        return orientation switch
        {
            2 => Flip(upright, "horizontal"),
            3 => Turn(upright, "d180"),
            4 => Flip(upright, "vertical"),
            5 => Both(upright, "d90"),
            6 => Turn(upright, "d270"),
            7 => Both(upright, "d270"),
            8 => Turn(upright, "d90"),
            _ => Turn(upright, "d0"),
        };

        static VipsImage Flip(VipsImage image, string direction) =>
            VipsOperation.New("flip").With("in", image).With("direction", direction).ToImage();
        static VipsImage Turn(VipsImage image, string angle) => VipsOperation.New("rot").With("in", image).With("angle", angle).ToImage();
        static VipsImage Both(VipsImage image, string angle)
        {
            using var turned = Turn(image, angle);
            return Flip(turned, "horizontal");
        }
    }
}
