namespace StyleShare.Imaging.Tests;

public sealed class MetadataTests
{
    [Fact]
    public void A_phones_photo_comes_out_without_any_metadata()
    {
        var photo = Pictures.Tagged(
            Samples.WithProfile("p3", 1600, 1200), ".jpg",
            "-GPSLatitude=37.5665", "-GPSLatitudeRef=N", "-GPSLongitude=126.9780", "-GPSLongitudeRef=E", "-Make=Phone", "-Model=X",
            "-SerialNumber=12345", "-DateTimeOriginal=2026:11:22 08:00:00", "-XMP-dc:Creator=Mina", "-XMP-dc:Description=secret",
            "-IPTC:By-line=Mina", "-IPTC:Keywords=home", "-Comment=secret", "-Artist=Mina");
        // The test is one: all of it is in the photo.
        var before = Pictures.Tags(photo, ".jpg");
        Assert.All(
            (string[])["[GPS]", "[IFD0]", "[ExifIFD]", "[XMP-dc]", "[IPTC]", "[ICC_Profile]", "Comment"],
            group => Assert.Contains(before, tag => tag.Contains(group, StringComparison.Ordinal)));
        AssertClean(Render.Accepted(photo));
    }

    [Fact]
    public void Nor_does_a_PNG_keep_any()
    {
        using var image = Pictures.Quartered(500, 400);
        var photo = Pictures.Tagged(image.Save("pngsave_buffer"), ".png", "-GPSLatitude=37.5665", "-GPSLatitudeRef=N", "-XMP-dc:Creator=Mina");
        Assert.Contains(Pictures.Tags(photo, ".png"), tag => tag.Contains("[GPS]", StringComparison.Ordinal));
        AssertClean(Render.Accepted(photo));
    }

    [Fact]
    public void Nor_does_a_WebP()
    {
        using var tagged = Decoded.Open(Pictures.Tagged(
            Pictures.Jpeg(500, 400), ".jpg", "-GPSLatitude=37.5665", "-GPSLatitudeRef=N", "-XMP-dc:Creator=Mina"));
        var photo = tagged.Image.Save("webpsave_buffer");
        var before = Pictures.Tags(photo, ".webp");
        Assert.Contains(before, tag => tag.Contains("[GPS]", StringComparison.Ordinal));
        Assert.Contains(before, tag => tag.Contains("[XMP-dc]", StringComparison.Ordinal));
        AssertClean(Render.Accepted(photo));
    }

    private static void AssertClean(RenderResult.Rendered rendered)
    {
        using var folder = new Folder();
        foreach (var rendition in rendered.Renditions)
            folder.Write($"{rendition.Name}.{rendition.ContentType[6..]}", rendition.Bytes.ToArray());
        var files = Pictures.Run("exiftool", "-a", "-G1", "-s", "-u", folder.Path).Split("======== ", StringSplitOptions.RemoveEmptyEntries)[..8];
        foreach (var file in files)
        {
            var lines = file.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // Sizes and the like, which exiftool reads from the pixels' own headers; JFIF's say the density of pixels.
            string[] allowed = ["[File]", "[System]", "[ExifTool]", "[Composite]", lines[0].EndsWith("jpeg", StringComparison.Ordinal) ? "[JFIF]" : "[RIFF]"];
            Assert.Contains(lines, line => line.Contains("ImageWidth", StringComparison.Ordinal));
            Assert.All(lines.Where(line => line.StartsWith('[')), tag => Assert.True(
                allowed.Any(group => tag.StartsWith(group, StringComparison.Ordinal)) && !tag.Contains("Comment", StringComparison.Ordinal),
                $"{lines[0]}: {tag}"));
        }
    }
}
