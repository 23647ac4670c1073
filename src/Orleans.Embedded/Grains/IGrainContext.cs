namespace Orleans.Runtime;

/// <summary>An activation, as its grain sees it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>Which grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The instance of the grain class; null before activation and after deactivation.</summary>
    object? GrainInstance { get; }

    /// <summary>Which of the grain's activations.</summary>
    ActivationId ActivationId { get; }

    /// <summary>Grain, activation and silo.</summary>
    GrainAddress Address { get; }

    /// <summary>The services of this activation; scoped ones live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation once what runs now has finished; later calls reach a new one.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Gives the activation that the calling code runs in.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn this is; null outside of grains.</summary>
    IGrainContext? GrainContext { get; }
}
