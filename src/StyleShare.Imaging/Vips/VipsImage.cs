using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StyleShare.Imaging.Vips;

/// <summary>An image of libvips: pixels in memory, or the way to compute them.</summary>
internal sealed unsafe class VipsImage : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int UChar = 0;

    /// <summary>Made by the marshaller.</summary>
    public VipsImage()
        : base(ownsHandle: true)
    {
    }

    public int Width => Native.Width(this);

    public int Height => Native.Height(this);

    public int Bands => Native.Bands(this);

    public bool HasAlpha => Native.HasAlpha(this) != 0;

    /// <summary>Whether a band of a pixel is a byte.</summary>
    public bool IsBytes => Native.Format(this) == UChar;

    /// <summary>What Exif says of how it is to be held, from 1 (upright) to 8.</summary>
    public int Orientation => Native.Orientation(this);

    /// <summary>An image of these pixels, which are copied.</summary>
    public static VipsImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, int bands)
    {
        _ = VipsLibrary.Version;
        fixed (byte* data = pixels)
            return Checked(Native.NewImage(data, (nuint)pixels.Length, width, height, bands, UChar));
    }

    /// <summary>Computes it now, into memory.</summary>
    public VipsImage ToMemory() => Checked(Native.CopyMemory(this));

    /// <summary>All its pixels, by rows.</summary>
    public byte[] ToPixels()
    {
        var data = Native.WriteToMemory(this, out var length);
        if (data is null)
            throw new VipsException(VipsLibrary.TakeErrors());
        try
        {
            return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        }
        finally
        {
            Native.Free(data);
        }
    }

    /// <summary>The names of all that is known of it beside its pixels.</summary>
    public IReadOnlyList<string> Fields()
    {
        var fields = Native.Fields(this);
        List<string> names = [];
        for (var field = fields; *field is not null; field++)
            names.Add(Marshal.PtrToStringUTF8((nint)(*field))!);
        Native.FreeStrings(fields);
        return names;
    }

    /// <summary>Whether there is such a field.</summary>
    public bool Has(string field) => Native.FieldType(this, field) != 0;

    /// <summary>Forgets a field; nobody else may hold this image.</summary>
    public void Remove(string field) => Native.RemoveField(this, field);

    protected override bool ReleaseHandle()
    {
        Native.Unref(handle);
        return true;
    }

    private static VipsImage Checked(VipsImage image)
    {
        if (!image.IsInvalid)
            return image;
        image.Dispose();
        throw new VipsException(VipsLibrary.TakeErrors());
    }
}
