using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace StyleShare.Imaging.Vips;

/// <summary>One call of a libvips operation: made by name, given arguments, built once, asked for its results.</summary>
internal sealed unsafe class VipsOperation : SafeHandleZeroOrMinusOneIsInvalid
{
    private VipsOperation()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Whether there is such an operation, which depends on how libvips was built, and whether it is let run.</summary>
    public static bool Exists(string name)
    {
        var operation = Native.NewOperation(name);
        if (operation == 0)
        {
            Native.ClearError();
            return false;
        }

        Native.Unref(operation);
        return true;
    }

    /// <summary>Makes one by its nickname, such as <c>thumbnail_image</c>.</summary>
    public static VipsOperation New(string name)
    {
        _ = VipsLibrary.Version;
        var operation = new VipsOperation();
        operation.SetHandle(Native.NewOperation(name));
        return operation.IsInvalid ? throw new VipsException(VipsLibrary.TakeErrors()) : operation;
    }

    /// <summary>Sets an argument by its textual form: numbers, booleans, names of enumerations, lists of numbers.</summary>
    public VipsOperation With(string name, string value)
    {
        if (Native.SetArgument(this, name, value) == 0)
            return this;
        Dispose();
        throw new VipsException(VipsLibrary.TakeErrors());
    }

    /// <summary>Sets a number.</summary>
    public VipsOperation With(string name, int value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets an image, which the operation refers to from then on.</summary>
    public VipsOperation With(string name, VipsImage image)
    {
        GValue value = default;
        Native.InitValue(&value, Native.ImageType());
        Native.SetObject(&value, image);
        Native.SetProperty(this, name, &value);
        Native.UnsetValue(&value);
        return this;
    }

    /// <summary>Sets bytes, which must stay where they are until everything made of them is gone.</summary>
    public VipsOperation With(string name, byte* data, int length)
    {
        using var blob = Native.NewBlob(0, data, (nuint)length);
        GValue value = default;
        Native.InitValue(&value, Native.BlobType());
        Native.SetBoxed(&value, blob);
        Native.SetProperty(this, name, &value);
        Native.UnsetValue(&value);
        return this;
    }

    /// <summary>Builds it and disposes of it; its result is an image, perhaps one that is computed only when it is read.</summary>
    public VipsImage ToImage(string output = "out")
    {
        Build();
        GValue value = default;
        Native.InitValue(&value, Native.ImageType());
        Native.GetProperty(this, output, &value);
        var image = Native.DuplicateObject(&value);
        Native.UnsetValue(&value);
        Dispose();
        return image.IsInvalid ? throw new VipsException($"There is no {output}.") : image;
    }

    /// <summary>Builds it and disposes of it; its result is a file.</summary>
    public byte[] ToBytes(string output = "buffer")
    {
        Build();
        GValue value = default;
        Native.InitValue(&value, Native.BlobType());
        Native.GetProperty(this, output, &value);
        using var blob = Native.DuplicateBoxed(&value);
        Native.UnsetValue(&value);
        Dispose();
        if (blob.IsInvalid)
            throw new VipsException($"There is no {output}.");
        var data = Native.BlobData(blob, out var length);
        return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
    }

    protected override bool ReleaseHandle()
    {
        Native.UnrefOutputs(handle);
        Native.Unref(handle);
        return true;
    }

    // May replace the operation by another one, whose reference we then hold instead.
    private void Build()
    {
        var operation = handle;
        var failed = Native.Build(ref operation) != 0;
        SetHandle(operation);
        if (!failed)
            return;
        Dispose();
        throw new VipsException(VipsLibrary.TakeErrors());
    }
}

/// <summary>Bytes that libvips counts references of.</summary>
internal sealed class VipsBlob : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Made by the marshaller.</summary>
    public VipsBlob()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        Native.UnrefArea(handle);
        return true;
    }
}
