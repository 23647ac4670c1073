namespace Orleans.Serialization;

/// <summary>Something cannot be written for another silo, or read.</summary>
public class SerializerException : Exception
{
    /// <summary>An exception without a text of its own.</summary>
    public SerializerException()
        : base("Something could not be serialized.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public SerializerException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public SerializerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A type is in a message and says nothing of how it is written: it lacks <see cref="GenerateSerializerAttribute"/>.</summary>
public sealed class CodecNotFoundException : SerializerException
{
    /// <summary>An exception with a text.</summary>
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}

/// <summary>Stands for an exception of another silo whose type is not known here.</summary>
public sealed class UnavailableExceptionFallbackException : Exception
{
    /// <summary>An exception without a text.</summary>
    public UnavailableExceptionFallbackException()
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public UnavailableExceptionFallbackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What more was said of it.</summary>
    public Dictionary<string, object> Properties { get; } = [];

    /// <summary>The name of its type.</summary>
    public string ExceptionType { get; internal set; } = "";

    /// <summary>The type's name and what the exception says.</summary>
    public override string ToString() => string.IsNullOrWhiteSpace(ExceptionType)
        ? $"Unknown exception: {base.ToString()}"
        : $"Unknown exception of type {ExceptionType}: {base.ToString()}";
}
