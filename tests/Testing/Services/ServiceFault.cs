namespace StyleShare.Testing.Services;

/// <summary>What a service does wrong.</summary>
public abstract record ServiceFault
{
    private ServiceFault()
    {
    }

    /// <summary>It answers with an error.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Body">The body.</param>
    /// <param name="RetryAfter">The header of this name, if any.</param>
    public sealed record Answer(int Status, string Body = "", string? RetryAfter = null) : ServiceFault;

    /// <summary>It resets the connection (or, in HTTP/2, the stream) without an answer.</summary>
    public sealed record Reset : ServiceFault;

    /// <summary>It takes the request and says nothing more.</summary>
    public sealed record Hang : ServiceFault;

    /// <summary>It begins an answer, and never ends it.</summary>
    public sealed record SlowBody(int Status = 200) : ServiceFault;

    /// <summary>It answers with a body of many megabytes.</summary>
    public sealed record EndlessBody(int Status = 400) : ServiceFault;
}
