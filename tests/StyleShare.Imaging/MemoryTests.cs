using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

/// <summary>Runs while no other test does, for libvips counts the memory of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    [Fact]
    public void Rendering_leaves_no_memory_behind()
    {
        using var image = Pictures.Noise(500, 400, seed: 5);
        byte[][] files =
        [
            Pictures.Jpeg(900, 700), Pictures.Jpeg(3000, 100), image.Save("jpegsave_buffer")[..20_000], [0xFF, 0xD8, 0xFF, 1, 2, 3],
            Samples.TransparentPng(300, 200), Samples.SixteenBitPng(300, 200), Samples.Webp(200, 300),
            Samples.Animation("gifsave_buffer"), Samples.WithProfile("cmyk", 300, 200), Samples.PngHeader(300, 300),
        ];
        image.Dispose();
        // What tests that failed may have left.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal((0, 0), (VipsLibrary.TrackedBytes, VipsLibrary.TrackedAllocations));
        for (var round = 0; round < 5; round++)
        {
            foreach (var file in files)
                Renderer.Render(file.ToArray(), Render.Settings);
        }

        Assert.Equal((0, 0), (VipsLibrary.TrackedBytes, VipsLibrary.TrackedAllocations));
    }

    [Fact]
    public void Only_the_loaders_of_what_is_taken_can_run()
    {
        _ = VipsLibrary.Version;
        Assert.All(
            (string[])["jpegload_buffer", "pngload_buffer", "webpload_buffer", "gifload_buffer"], name => Assert.True(VipsOperation.Exists(name), name));
        using var image = Pictures.Quartered(40, 30);
        foreach (var (load, save) in ((string, string)[])[("tiffload_buffer", "tiffsave_buffer"), ("jp2kload_buffer", "jp2ksave_buffer")])
        {
            if (!VipsOperation.Exists(save))
                continue;
            var file = image.Save(save);
            Assert.Throws<VipsException>(() => Load(load, file));
        }
    }

    private static unsafe void Load(string loader, byte[] file)
    {
        fixed (byte* data = file)
        {
            using var image = VipsOperation.New(loader).With("buffer", data, file.Length).ToImage();
        }
    }
}
