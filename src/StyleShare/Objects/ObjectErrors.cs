namespace StyleShare.Objects;

/// <summary>The store does not answer, or has too much to do: surely to be tried again later.</summary>
[GenerateSerializer]
public sealed class ObjectStoreUnavailable : Exception
{
    /// <summary>Creates it.</summary>
    public ObjectStoreUnavailable(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A body is longer or shorter than it was said to be; nothing of it was kept.</summary>
public sealed class ObjectLengthException(bool isLonger)
    : Exception(isLonger ? "There are more bytes than announced." : "There are fewer bytes than announced.")
{
    /// <summary>Whether there were more bytes than announced; else there were fewer.</summary>
    public bool IsLonger { get; } = isLonger;
}
