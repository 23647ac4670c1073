using System.Buffers.Binary;
using System.Collections;
using Orleans.Serialization;

namespace Orleans.Embedded;

/// <summary>
/// Exceptions: the type's name, message, stack, HResult, texts of their data, and what caused it; those with a serializer have
/// their fields besides.
/// One whose type is not loaded here becomes an <see cref="UnavailableExceptionFallbackException"/>.
/// </summary>
internal static class ExceptionCodec
{
    private const byte None = 0;
    private const byte Plain = 1;
    private const byte WithFields = 2;
    private const int LengthSize = 4;
    private const int MaxData = 32;

    public static void Write(ref WireWriter writer, Exception? exception)
    {
        if (exception is null)
        {
            writer.WriteByte(None);
            return;
        }

        var shape = ExceptionShape.Of(exception.GetType());
        writer.Enter();
        writer.WriteByte(shape.Fields is null ? Plain : WithFields);
        writer.WriteString(exception is UnavailableExceptionFallbackException { ExceptionType.Length: > 0 } unknown ? unknown.ExceptionType : shape.Name);
        writer.WriteString(shape.MessageOf(exception));
        writer.WriteString(exception.StackTrace);
        writer.WriteUInt32((uint)exception.HResult);
        var causes = ExceptionShape.CausesOf(exception);
        writer.WriteVarUInt((uint)causes.Count);
        foreach (var cause in causes)
            Write(ref writer, cause);
        WriteData(ref writer, exception);
        if (shape.Fields is not null)
            WriteFields(ref writer, shape.Fields, exception);
        writer.Leave();
    }

    /// <exception cref="WireFormatException">It is none.</exception>
    public static Exception? Read(ref WireReader reader)
    {
        try
        {
            return ReadAny(ref reader);
        }
        catch (Exception exception) when (exception is not WireFormatException)
        {
            throw new WireFormatException($"An exception cannot be read: {exception.Message}", exception);
        }
    }

    private static Exception? ReadAny(ref WireReader reader)
    {
        var kind = reader.ReadVarUInt(WithFields);
        if (kind == None)
            return null;
        reader.Enter();
        var name = reader.ReadString() ?? throw new WireFormatException("The name of an exception's type is missing.");
        var message = reader.ReadString();
        var stack = reader.ReadString();
        var result = (int)reader.ReadUInt32();
        var causes = new List<Exception>();
        for (var left = reader.ReadCount(); left > 0; left--)
            causes.Add(ReadAny(ref reader) ?? throw new WireFormatException("The cause of an exception is missing."));

        var data = ReadData(ref reader);
        var fields = kind == WithFields ? reader.ReadRaw((int)Math.Min(reader.ReadUInt32(), int.MaxValue)) : default;
        var shape = ExceptionShape.Find(name);
        var made = shape is null ? Unknown(name, message, causes)
            : kind == WithFields && shape.Fields is not null ? ReadFields(ref reader, shape.Fields, fields, message)
            : shape.Make(message, causes);
        shape?.Complete(made, message, causes);
        made.HResult = result;
        foreach (var (key, value) in data)
            made.Data[key] = value;
        ExceptionShape.SetStack(made, stack);
        reader.Leave();
        return made;
    }

    // Texts are what is kept there to be read elsewhere, such as PostgreSQL's code of an error.
    private static void WriteData(ref WireWriter writer, Exception exception)
    {
        var texts = exception.Data.Count == 0
            ? []
            : exception.Data.Cast<DictionaryEntry>().Where(entry => entry is { Key: string, Value: string }).Take(MaxData).ToArray();
        writer.WriteVarUInt((uint)texts.Length);
        foreach (var text in texts)
        {
            writer.WriteString((string)text.Key);
            writer.WriteString((string)text.Value!);
        }
    }

    private static List<(string Key, string? Value)> ReadData(ref WireReader reader)
    {
        var data = new List<(string, string?)>();
        for (var left = reader.ReadCount(); left > 0; left--)
            data.Add((reader.ReadString() ?? throw new WireFormatException("The key of an exception's data is missing."), reader.ReadString()));
        return data;
    }

    // Behind their length, so that who does not know the type can go on behind them.
    private static void WriteFields(ref WireWriter writer, ExceptionFields fields, Exception exception)
    {
        var start = writer.Buffer.Length;
        writer.WriteUInt32(0);
        fields.WriteObject(ref writer, exception);
        var length = writer.Buffer.Length - start - LengthSize;
        BinaryPrimitives.WriteUInt32LittleEndian(writer.Buffer.Patch(start, LengthSize), (uint)length);
    }

    private static Exception ReadFields(ref WireReader reader, ExceptionFields fields, ReadOnlySpan<byte> bytes, string? message)
    {
        var inner = reader.Inside(bytes);
        var made = fields.ReadObject(ref inner, message);
        inner.ExpectEnd();
        return made;
    }

    private static UnavailableExceptionFallbackException Unknown(string name, string? message, List<Exception> causes) =>
        new(message ?? "", causes.Count == 0 ? null! : causes[0]) { ExceptionType = name };
}

/// <summary>Exceptions where a type of exception is declared.</summary>
internal sealed class ExceptionCodec<T> : Codec<T?>
    where T : Exception
{
    public override void Write(ref WireWriter writer, T? value) => ExceptionCodec.Write(ref writer, value);

    public override T? Read(ref WireReader reader) => ExceptionCodec.Read(ref reader) switch
    {
        null => null,
        T exception => exception,
        var other => throw new WireFormatException($"A {other.GetType()} is where a {typeof(T)} should be."),
    };
}
