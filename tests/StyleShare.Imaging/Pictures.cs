using System.Diagnostics;
using StyleShare.Imaging.Vips;

namespace StyleShare.Imaging.Tests;

/// <summary>Pictures made for tests; none is stored.</summary>
internal static class Pictures
{
    /// <summary>The colours of the four quarters, from the top left by rows.</summary>
    public static readonly (byte R, byte G, byte B)[] Quarters = [(220, 30, 40), (30, 200, 60), (40, 60, 210), (230, 220, 50)];

    /// <summary>Four quarters of plain colours, so that one sees how it is held.</summary>
    public static VipsImage Quartered(int width, int height, byte? opacity = null)
    {
        var bands = opacity is null ? 3 : 4;
        var pixels = new byte[width * height * bands];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = Quarters[(y * 2 / height * 2) + (x * 2 / width)];
                var at = (y * width + x) * bands;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (r, g, b);
                if (opacity is { } alpha)
                    pixels[at + 3] = alpha;
            }
        }

        return Srgb(pixels, width, height, bands);
    }

    /// <summary>Random bytes, always the same for a seed: what compresses worst.</summary>
    public static VipsImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return Srgb(pixels, width, height, 3);
    }

    /// <summary>Saves by one of libvips' operations, with options by name.</summary>
    public static byte[] Save(this VipsImage image, string operation, params (string Name, string Value)[] options)
    {
        var save = VipsOperation.New(operation).With("in", image);
        foreach (var (name, value) in options)
            save.With(name, value);
        return save.ToBytes();
    }

    /// <summary>The quarters as a JPEG.</summary>
    public static byte[] Jpeg(int width, int height, params (string Name, string Value)[] options)
    {
        using var image = Quartered(width, height);
        return image.Save("jpegsave_buffer", options);
    }

    /// <summary>Runs exiftool on a file and returns what becomes of it.</summary>
    public static byte[] Tagged(byte[] file, string extension, params string[] tags)
    {
        using var folder = new Folder();
        var path = folder.Write("in" + extension, file);
        var result = Path.Combine(folder.Path, "out" + extension);
        Run("exiftool", [.. tags, "-o", result, path]);
        return File.ReadAllBytes(result);
    }

    /// <summary>What exiftool finds in a file, one line a tag, with the group in front.</summary>
    public static IReadOnlyList<string> Tags(byte[] file, string extension)
    {
        using var folder = new Folder();
        return Run("exiftool", "-a", "-G1", "-s", "-u", folder.Write("file" + extension, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs a program to its end; what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{errors.GetAwaiter().GetResult()}");
        return output;
    }

    /// <summary>One pixel of a file.</summary>
    public static byte[] Pixel(ReadOnlyMemory<byte> file, double x, double y)
    {
        using var image = Decoded.Open(file);
        var bands = image.Image.Bands;
        var at = ((int)(y * image.Image.Height) * image.Image.Width + (int)(x * image.Image.Width)) * bands;
        return image.Image.ToPixels()[at..(at + bands)];
    }

    private static VipsImage Srgb(byte[] pixels, int width, int height, int bands)
    {
        using var raw = VipsImage.FromPixels(pixels, width, height, bands);
        return VipsOperation.New("copy").With("in", raw).With("interpretation", "srgb").ToImage();
    }
}

/// <summary>A file's pixels, decoded by libvips.</summary>
internal sealed unsafe class Decoded : IDisposable
{
    private System.Buffers.MemoryHandle _pinned;

    private Decoded(ReadOnlyMemory<byte> file)
    {
        _pinned = file.Pin();
        var format = PictureFormats.Sniff(file.Span).Format!.Value;
        using var lazily = Decoder.Open(format, (byte*)_pinned.Pointer, file.Length, shrink: 1);
        Image = lazily.ToMemory();
    }

    public VipsImage Image { get; }

    public static Decoded Open(ReadOnlyMemory<byte> file) => new(file);

    public void Dispose()
    {
        Image.Dispose();
        _pinned.Dispose();
    }
}

/// <summary>A folder that is deleted afterwards.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("styleshare-imaging-").FullName;

    public string Write(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
