using Orleans.Serialization;

namespace Orleans.Embedded;

/// <summary>Bytes that are no message, or one of a shape that is not known here. Nothing of it has been used.</summary>
internal sealed class WireFormatException : SerializerException
{
    public WireFormatException(string message)
        : base(message)
    {
    }

    public WireFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A message is larger than messages may be. Nothing of it has been sent.</summary>
internal sealed class WireLimitException(long size, int limit)
    : SerializerException($"A message of at least {size} bytes is larger than the {limit} bytes that one may have: send less at once, or raise MaxMessageBodySize.");
