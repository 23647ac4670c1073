using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace StyleShare.Api;

/// <summary>A file of the page, ready to be sent.</summary>
/// <param name="Version">Of all files together; part of their addresses, so that browsers may keep them for ever.</param>
internal sealed record PageFile(string ContentType, string Version, byte[] Plain, byte[] Brotli)
{
    /// <summary>The entity tag of <see cref="Plain"/>.</summary>
    public string Tag { get; } = $"\"{PageFiles.Hash(Plain)}\"";

    /// <summary>The entity tag of <see cref="Brotli"/>.</summary>
    public string BrotliTag { get; } = $"\"{PageFiles.Hash(Brotli)}\"";
}

/// <summary>
/// Reads the page's files, which are in this assembly, so that they are found from any working directory and go wherever it
/// goes.
/// </summary>
internal static class PageFiles
{
    /// <summary>The page itself; all else is asked for by it.</summary>
    public const string Index = "index.html";

    private const string Folder = "page/";

    /// <summary>All files by name: <c>main.js</c>, <c>views/feed.js</c>.</summary>
    public static FrozenDictionary<string, PageFile> Load()
    {
        var assembly = typeof(PageFiles).Assembly;
        var plain = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToDictionary(name => name[Folder.Length..], name => Read(assembly, name), StringComparer.Ordinal);
        var version = Hash([.. plain.SelectMany(file => file.Value)]);
        plain[Index] = Complete(plain, version);
        return plain.ToFrozenDictionary(
            file => file.Key,
            file => new PageFile(TypeOf(file.Key), version, file.Value, Compress(file.Value)),
            StringComparer.Ordinal);
    }

    /// <summary>A short name of what is in a file.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));

    // The version gets into the addresses, and the modules are announced, so that none waits for the one that imports it.
    private static byte[] Complete(Dictionary<string, byte[]> files, string version)
    {
        var modules = new StringBuilder();
        foreach (var name in files.Keys.Where(name => name.EndsWith(".js", StringComparison.Ordinal)))
            modules.Append(CultureInfo.InvariantCulture, $"<link rel=\"modulepreload\" href=\"/page/{version}/{name}\">\n");
        var html = Encoding.UTF8.GetString(files[Index])
            .Replace("<!-- modules -->\n", modules.ToString(), StringComparison.Ordinal)
            .Replace("/page/version/", $"/page/{version}/", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(html);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name}: the page has no files of type {other}."),
    };

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static byte[] Compress(byte[] content)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        // Quality 9 of 11: two tenths more bytes than the best, in a hundredth of its time, for this is done at each start.
        return BrotliEncoder.TryCompress(content, compressed, out var length, quality: 9, window: 22)
            ? compressed[..length]
            : throw new InvalidOperationException("A file of the page cannot be compressed.");
    }
}
