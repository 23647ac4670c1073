using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

public sealed class ColorTests
{
    [Fact]
    public void A_transparent_PNG_stays_so_as_WebP_and_is_white_as_JPEG()
    {
        var rendered = Render.Accepted(Samples.TransparentPng(400, 300));
        foreach (var rendition in rendered.Renditions)
        {
            var pixel = Pictures.Pixel(rendition.Bytes, 0.25, 0.25);
            if (rendition.ContentType == "image/webp")
                Assert.Equal(0, pixel[3]);
            else
                Render.AssertColor([255, 255, 255], pixel, 0, rendition.Name);
        }
    }

    [Fact]
    public void A_half_transparent_PNG_keeps_its_colours()
    {
        using var image = Pictures.Quartered(1500, 1000, opacity: 128);
        var rendered = Render.Accepted(image.Save("pngsave_buffer"));
        foreach (var rendition in rendered.Renditions.Where(rendition => rendition.ContentType == "image/webp"))
        {
            Render.AssertUpright(rendition);
            Assert.InRange(Pictures.Pixel(rendition.Bytes, 0.25, 0.25)[3], 126, 130);
        }
    }

    [Theory]
    [InlineData("gifsave_buffer"), InlineData("webpsave_buffer")]
    public void Of_an_animation_the_first_frame_is_shown(string save)
    {
        var rendered = Render.Accepted(Samples.Animation(save));
        Assert.Equal((300, 200), (rendered.Picture.Width, rendered.Picture.Height));
        Assert.All(rendered.Renditions, Render.AssertUpright);
    }

    [Fact]
    public void A_PNG_of_16_bits_looks_the_same() => Assert.All(Render.Accepted(Samples.SixteenBitPng(400, 300)).Renditions, Render.AssertUpright);

    [Theory]
    [InlineData("b-w"), InlineData("grey16")]
    public void A_grey_picture_stays_grey(string space)
    {
        foreach (var rendition in Render.Accepted(Samples.GreyPng(400, 300, space)).Renditions)
        {
            var pixel = Pictures.Pixel(rendition.Bytes, 0.25, 0.25);
            // A JPEG of grey may have one band.
            Assert.All(pixel, band => Assert.InRange(Math.Abs(band - pixel[0]), 0, 2));
            Assert.InRange(pixel[0], 70, 130);
        }
    }

    [Theory]
    [InlineData("cmyk"), InlineData("p3")]
    public void Colours_of_another_space_are_converted_to_sRGB(string profile)
    {
        var file = Samples.WithProfile(profile, 400, 300);
        // The test is one: read without their profile, the numbers are other colours.
        var raw = Pictures.Pixel(file, 0.75, 0.25);
        Assert.True(raw.Length == 4 || Math.Abs(raw[0] - 30) > 20, string.Join(',', raw));
        // What a press cannot print does not come back as it was, so the whole picture is converted to compare with.
        using var original = Decoded.Open(file);
        using var converted = VipsOperation.New("icc_transform").With("in", original.Image).With("output_profile", "srgb").ToImage();
        var expected = converted.ToPixels().AsSpan(((100 * 400) + 300) * 3, 3).ToArray();
        Assert.True(expected[1] > expected[0] + 40 && expected[1] > expected[2] + 40, $"not green: {string.Join(',', expected)}");
        foreach (var rendition in Render.Accepted(file).Renditions)
        {
            using var decoded = Decoded.Open(rendition.Bytes);
            Assert.Equal(3, decoded.Image.Bands);
            Render.AssertColor(expected, Pictures.Pixel(rendition.Bytes, 0.75, 0.25), 10, rendition.Name);
        }
    }

    [Fact]
    public void A_CMYK_photo_without_a_profile_is_converted_as_well()
    {
        using var image = Pictures.Quartered(400, 300);
        using var cmyk = VipsOperation.New("colourspace").With("in", image).With("space", "cmyk").ToImage();
        using var memory = cmyk.ToMemory();
        if (memory.Has("icc-profile-data"))
            memory.Remove("icc-profile-data");
        var file = memory.Save("jpegsave_buffer", ("strip", "true"));
        using (var decoded = Decoded.Open(file))
            Assert.Equal(4, decoded.Image.Bands);
        foreach (var rendition in Render.Accepted(file).Renditions)
        {
            using var decoded = Decoded.Open(rendition.Bytes);
            Assert.Equal(3, decoded.Image.Bands);
            var pixel = Pictures.Pixel(rendition.Bytes, 0.75, 0.25);
            Assert.True(pixel[1] > pixel[0] + 30 && pixel[1] > pixel[2] + 30, $"not green: {string.Join(',', pixel)}");
        }
    }

    [Fact]
    public void The_main_colour_is_that_of_most_pixels()
    {
        var pixels = new byte[100 * 4];
        for (var i = 0; i < 100; i++)
            (i < 60 ? (ReadOnlySpan<byte>)[200, 10, 20, 255] : [10, 20, (byte)(i * 2), 255]).CopyTo(pixels.AsSpan(i * 4));
        Assert.Equal("#c80a14", MainColor.Of(pixels));
        for (var i = 0; i < 60; i++)
            pixels[i * 4 + 3] = 0;
        Assert.NotEqual("#c80a14", MainColor.Of(pixels));
        Assert.Equal("#ffffff", MainColor.Of(new byte[400]));
    }
}
