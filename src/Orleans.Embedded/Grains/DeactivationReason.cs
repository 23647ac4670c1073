namespace Orleans;

/// <summary>Why an activation ends.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>The silo stops.</summary>
    ShuttingDown = 1,

    /// <summary>It did not come up.</summary>
    ActivationFailed = 2,

    /// <summary>The grain directory could not be reached.</summary>
    DirectoryFailure = 3,

    /// <summary>Nobody called it for long.</summary>
    ActivationIdle = 4,

    /// <summary>It took too long over a request.</summary>
    ActivationUnresponsive = 5,

    /// <summary>Another activation of the grain won.</summary>
    DuplicateActivation = 6,

    /// <summary>It cannot serve a request.</summary>
    IncompatibleRequest = 7,

    /// <summary>The grain's code failed.</summary>
    ApplicationError = 8,

    /// <summary>The grain's code asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>It moves to another silo.</summary>
    Migrating = 10,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested = 11,

    /// <summary>Memory runs short.</summary>
    HighMemoryPressure = 12,
}

/// <summary>Why an activation ends: a code, a text, and the exception if one was the cause.</summary>
public readonly struct DeactivationReason : IEquatable<DeactivationReason>
{
    /// <summary>A reason without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text)
        : this(code, null, text)
    {
    }

    /// <summary>A reason.</summary>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Exception = exception;
        Description = text;
    }

    /// <summary>The code.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>For people.</summary>
    public string Description { get; }

    /// <summary>The cause, if an exception was one.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public bool Equals(DeactivationReason other) =>
        ReasonCode == other.ReasonCode && Description == other.Description && ReferenceEquals(Exception, other.Exception);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DeactivationReason other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ReasonCode, Description, Exception);

    /// <summary>Code, text and exception.</summary>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description} Exception: {Exception}";
}
