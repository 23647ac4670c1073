using System.ComponentModel;

namespace Orleans.Embedded;

/// <summary>The fields that a type of exception has of its own; see <see cref="ExceptionFields{T}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ExceptionFields : Codec
{
    private protected ExceptionFields()
    {
    }

    internal abstract void WriteObject(ref WireWriter writer, Exception exception);

    internal abstract Exception ReadObject(ref WireReader reader, string? message);

    internal sealed override void WriteBoxed(ref WireWriter writer, object value) => ExceptionCodec.Write(ref writer, (Exception)value);

    internal sealed override object? ReadBoxed(ref WireReader reader) => ExceptionCodec.Read(ref reader);
}

/// <summary>Writes and reads the fields of an exception, in generated code; what all exceptions have is seen to elsewhere.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ExceptionFields<T> : ExceptionFields
    where T : Exception
{
    internal sealed override void WriteObject(ref WireWriter writer, Exception exception)
    {
        WriteFields(ref writer, (T)exception);
        writer.WriteTag(0);
    }

    internal sealed override Exception ReadObject(ref WireReader reader, string? message) => ReadFields(ref reader, message);

    /// <inheritdoc cref="ObjectCodec{T}.WriteFields"/>
    protected abstract void WriteFields(ref WireWriter writer, T value);

    /// <summary>Reads the fields up to the end, and makes an exception of them; with the message if its constructor asks for one.</summary>
    protected abstract T ReadFields(ref WireReader reader, string? message);
}
