using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

public sealed class HeicTests
{
    [Fact]
    public void A_HEIC_photo_is_rendered_where_libvips_can_read_one()
    {
        using var image = Pictures.Quartered(1600, 1200);
        if (!VipsOperation.Exists("heifsave_buffer") || !VipsOperation.Exists("heifload_buffer"))
        {
            // Then such a photo is refused with its own reason; a beginning is all that can be made here.
            Assert.Equal(RejectReason.UnsupportedFormat, Render.Rejected("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray()));
            return;
        }

        var file = image.Save("heifsave_buffer", ("compression", "hevc"), ("Q", "80"));
        Assert.Equal((PictureFormat.Heic, default), PictureFormats.Sniff(file));
        var rendered = Render.Accepted(file);
        Assert.Equal((1600, 1200), (rendered.Picture.Width, rendered.Picture.Height));
        Assert.All(rendered.Renditions, Render.AssertUpright);
        Assert.Equal(RejectReason.Corrupt, Render.Rejected(file[..(file.Length / 2)]));
    }
}
