using System.Globalization;
using System.Runtime.InteropServices;

namespace StyleShare.Imaging.Vips;

/// <summary>libvips as a whole: started once a process, for one picture after the other.</summary>
internal static class VipsLibrary
{
    // Fuzzed for years, and what phones and browsers make. All other loaders, and those that come with later versions, are off.
    private static readonly string[] Loaders =
        ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadHeif"];

    private static readonly Lazy<string> Started = new(Start);

    /// <summary>libvips' version, which is started if it was not.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public static string Version => Started.Value;

    /// <summary>Bytes of pixels and buffers that libvips holds; none between pictures.</summary>
    public static long TrackedBytes => (long)Native.TrackedMemory();

    /// <summary>In how many pieces.</summary>
    public static int TrackedAllocations => Native.TrackedAllocations();

    /// <summary>What libvips said of the errors since it was asked last, on this thread or any other.</summary>
    public static unsafe string TakeErrors()
    {
        var text = Marshal.PtrToStringUTF8((nint)Native.ErrorBuffer()) ?? "";
        Native.ClearError();
        return text.Trim();
    }

    private static string Start()
    {
        // What it would only warn of, strangers' files are full of.
        _ = Native.SetEnvironment("VIPS_WARNING", "0", 1);
        if (Native.Init("styleshare") != 0)
            throw new VipsException($"libvips does not start: {TakeErrors()}");
        Native.BlockUntrusted(1);
        Native.BlockOperation("VipsForeignLoad", 1);
        foreach (var loader in Loaders)
            Native.BlockOperation(loader, 0);
        // No picture comes twice, so what was computed is not worth its memory.
        Native.SetCacheMax(0);
        // Side by side are pictures, not the parts of one.
        Native.SetConcurrency(1);
        return string.Create(CultureInfo.InvariantCulture, $"{Native.Version(0)}.{Native.Version(1)}.{Native.Version(2)}");
    }
}

/// <summary>An operation of libvips failed; the message is libvips' own.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    /// <summary>Whether memory was refused; libvips and the decoders below it say so in words only.</summary>
    public bool IsMemory => Message.Contains("memory", StringComparison.OrdinalIgnoreCase);
}
