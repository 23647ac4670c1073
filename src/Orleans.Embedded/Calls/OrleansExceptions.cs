namespace Orleans.Runtime;

/// <summary>The base of what the runtime itself throws.</summary>
public class OrleansException : Exception
{
    /// <summary>An exception without a text of its own.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public OrleansException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A call was refused before it reached the grain.</summary>
public class OrleansMessageRejectionException : OrleansException
{
    internal OrleansMessageRejectionException(string message)
        : base(message)
    {
    }

    internal OrleansMessageRejectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The silo has not started yet, or is stopping.</summary>
public class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>An exception without a text of its own.</summary>
    public SiloUnavailableException()
        : base("The silo is unavailable.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public SiloUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public SiloUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A queue is full: the call was not taken on.</summary>
public class LimitExceededException : OrleansException
{
    /// <summary>An exception without a text of its own.</summary>
    public LimitExceededException()
        : base("Limit exceeded.")
    {
    }

    /// <summary>An exception with a text.</summary>
    public LimitExceededException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public LimitExceededException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The silo cannot start with the grains or options it was given.</summary>
public class OrleansConfigurationException : Exception
{
    /// <summary>An exception with a text.</summary>
    public OrleansConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    public OrleansConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
