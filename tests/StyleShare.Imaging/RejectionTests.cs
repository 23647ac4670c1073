using System.Text;
using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

public sealed class RejectionTests
{
    public static TheoryData<string, byte[], RejectReason> Strangers => new()
    {
        { "nothing", [], RejectReason.NotAnImage },
        { "one byte", [0xFF], RejectReason.NotAnImage },
        { "text", "not a picture"u8.ToArray(), RejectReason.NotAnImage },
        { "HTML", "<!DOCTYPE html><html><script>alert(1)</script></html>"u8.ToArray(), RejectReason.NotAnImage },
        { "PDF", "%PDF-1.7\n%\u00e2\u00e3"u8.ToArray(), RejectReason.NotAnImage },
        { "ZIP", "PK\u0003\u0004"u8.ToArray(), RejectReason.NotAnImage },
        { "MP4", "\0\0\0\u0018ftypisom\0\0\0\0isommp42"u8.ToArray(), RejectReason.NotAnImage },
        { "RIFF that is sound", "RIFF\0\0\0\0WAVEfmt "u8.ToArray(), RejectReason.NotAnImage },
        { "SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), RejectReason.UnsupportedFormat },
        { "SVG behind a prolog", [0xEF, 0xBB, 0xBF, .. "\n<?xml version=\"1.0\"?>\n<!-- --><svg/>"u8], RejectReason.UnsupportedFormat },
        { "TIFF", "II*\0\u0008\0\0\0"u8.ToArray(), RejectReason.UnsupportedFormat },
        { "BMP", [.. "BM"u8, .. new byte[40]], RejectReason.UnsupportedFormat },
        { "AVIF", "\0\0\0\u001cftypavif\0\0\0\0mif1avifmiaf"u8.ToArray(), RejectReason.UnsupportedFormat },
        { "JPEG XL", [0xFF, 0x0A, 0, 0], RejectReason.UnsupportedFormat },
        { "JPEG's beginning", [0xFF, 0xD8, 0xFF, 0xE0], RejectReason.Corrupt },
        { "PNG's beginning", [.. Png.Signature], RejectReason.Corrupt },
        { "GIF's beginning", "GIF89a"u8.ToArray(), RejectReason.Corrupt },
        { "WebP's beginning", "RIFF\u0020\0\0\0WEBPVP8 "u8.ToArray(), RejectReason.Corrupt },
        { "HEIC's beginning", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray(), RejectReason.Corrupt },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void What_is_no_picture_is_told_so(string what, byte[] file, RejectReason reason)
    {
        Assert.NotEmpty(what);
        Assert.Equal(reason, Render.Rejected(file));
    }

    [Theory]
    [InlineData("jpegsave_buffer", ""), InlineData("jpegsave_buffer", "interlace"), InlineData("pngsave_buffer", ""),
        InlineData("pngsave_buffer", "interlace"), InlineData("webpsave_buffer", "lossless"), InlineData("webpsave_buffer", ""),
        InlineData("gifsave_buffer", "")]
    public void A_file_that_ends_early_is_corrupt(string save, string option)
    {
        using var image = Pictures.Noise(400, 300, seed: 7);
        var file = image.Save(save, option.Length > 0 ? [(option, "true")] : []);
        Render.Accepted(file);
        foreach (var part in (double[])[0.02, 0.3, 0.6, 0.95])
            Assert.Equal(RejectReason.Corrupt, Render.Rejected(file[..(int)(file.Length * part)]));
    }

    [Fact]
    public async Task Whatever_bits_are_flipped_the_worker_goes_on()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var pool = Pool.Create(options => options.MaxPixels = 16_000_000);
        byte[][] files = [.. Originals()];
        foreach (var file in files)
            Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(file));
        var worker = Assert.Single(pool.Processes());
        var (rendered, tooMuch) = (0, 0);
        for (var round = 0; round < 120; round++)
        {
            var file = files[round % files.Length].ToArray();
            // Half of them near the beginning, where headers, tables and profiles are.
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                file[random.Next(round % 2 == 0 ? Math.Min(file.Length, 700) : file.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                if (await pool.Workers.Render(file) is RenderResult.Rendered)
                    rendered++;
            }
            catch (ImageWorkerFailed e)
            {
                // A flipped bit may ask for a huge picture where only the decoder knows.
                Assert.True(e.IsLimit, $"seed {seed}, round {round}: {e.Message}");
                tooMuch++;
            }
        }

        Assert.True(tooMuch > 0 || worker == Assert.Single(pool.Processes()), $"seed {seed}: the worker was replaced");
        Assert.InRange(rendered, 1, 119);
    }

    [Fact]
    public void A_bomb_is_rejected_by_its_header()
    {
        // Its pixels are not even there: were it decoded, it would be corrupt.
        Assert.Equal(RejectReason.TooManyPixels, Render.Rejected(Samples.PngHeader(30_000, 30_000)));
        Assert.Equal(RejectReason.Corrupt, Render.Rejected(Samples.PngHeader(300, 300)));
    }

    [Theory]
    [InlineData("jpegsave_buffer"), InlineData("pngsave_buffer"), InlineData("webpsave_buffer"), InlineData("gifsave_buffer")]
    public void More_pixels_than_allowed_are_rejected_in_each_format(string save)
    {
        using var image = Pictures.Quartered(200, 100);
        var file = image.Save(save);
        Assert.IsType<RenderResult.Rendered>(Renderer.Render(file.ToArray(), Render.Settings with { MaxPixels = 20_000 }));
        Assert.Equal(
            new RenderResult.Rejected(RejectReason.TooManyPixels),
            Renderer.Render(file.ToArray(), Render.Settings with { MaxPixels = 19_999 }));
    }

    [Fact]
    public async Task A_text_chunk_that_lies_about_its_length_costs_no_memory()
    {
        using var image = Pictures.Quartered(400, 300);
        var png = image.Save("pngsave_buffer");
        var lying = Samples.Chunk("tEXt", Encoding.ASCII.GetBytes("Comment\0short"));
        (lying[0], lying[1]) = (0x7F, 0xFF);
        using var pool = Pool.Create(options => options.MemoryLimitBytes = 256L * 1024 * 1024);
        Assert.Equal(new RenderResult.Rejected(RejectReason.Corrupt), await pool.Workers.Render(Samples.WithChunk(png, lying)));
        // One that is compressed a thousandfold, and true.
        var bomb = new MemoryStream();
        bomb.Write("Comment\0\0"u8);
        using (var zlib = new System.IO.Compression.ZLibStream(bomb, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var i = 0; i < 64; i++)
                zlib.Write(new byte[1024 * 1024]);
        }

        Assert.IsType<RenderResult.Rendered>(await pool.Workers.Render(Samples.WithChunk(png, Samples.Chunk("zTXt", bomb.ToArray()))));
        Assert.InRange(Pool.Memory(Assert.Single(pool.Processes()), "VmHWM")!.Value, 1, 200 * 1024);
    }

    [Fact]
    public void Of_a_PNG_only_what_is_needed_is_kept()
    {
        using var image = Pictures.Quartered(40, 30);
        var png = image.Save("pngsave_buffer");
        png = png[..Png.Clean(png)!.Value];
        var file = Samples.WithChunk(png, Samples.Chunk("tEXt", "Comment\0secret"u8.ToArray()));
        byte[] longer = [.. file, .. "behind the end"u8];
        Assert.Equal(png.Length, Png.Clean(longer));
        Assert.Equal(png, longer[..png.Length]);
        Assert.Null(Png.Clean(file.AsSpan(0, file.Length - 1)));
        Assert.Null(Png.Clean([.. Png.Signature, .. Samples.Chunk("IDAT", [1]), .. Samples.Chunk("IEND", [])]));
        Assert.Null(Png.Clean([]));
    }

    [Fact]
    public void A_broken_colour_profile_does_not_cost_the_photo()
    {
        var file = Samples.WithProfile("p3", 400, 300);
        var at = file.AsSpan().IndexOf("ICC_PROFILE"u8);
        file.AsSpan(at + 14, 200).Fill(0x55);
        Assert.Equal(400, Render.Accepted(file).Picture.Width);
    }

    private static IEnumerable<byte[]> Originals()
    {
        using var noise = Pictures.Noise(120, 90, seed: 3);
        using var quarters = Pictures.Quartered(160, 120, opacity: 200);
        yield return Pictures.Tagged(Samples.WithProfile("p3", 160, 120), ".jpg", "-Artist=Mina", "-GPSLatitude=37", "-GPSLatitudeRef=N");
        yield return noise.Save("jpegsave_buffer", ("interlace", "true"));
        yield return noise.Save("pngsave_buffer");
        yield return quarters.Save("pngsave_buffer", ("interlace", "true"));
        yield return noise.Save("webpsave_buffer");
        yield return quarters.Save("webpsave_buffer", ("lossless", "true"));
        yield return Samples.Animation("gifsave_buffer");
        if (VipsOperation.Exists("heifsave_buffer"))
            yield return noise.Save("heifsave_buffer", ("compression", "hevc"));
    }
}
