using Orleans.Embedded;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of a grain class: one activation a key, one turn at a time.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation _activation;

    /// <summary>Called by the runtime, in the activation that the instance is made for.</summary>
    /// <exception cref="InvalidOperationException">Called by anyone else.</exception>
    protected Grain() =>
        _activation = Activation.Current
            ?? throw new InvalidOperationException($"A {GetType().Name} is made by the runtime: ask the grain factory for a reference.");

    /// <inheritdoc/>
    public IGrainContext GrainContext => _activation;

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => _activation.GrainReference;

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => _activation.Class.Silo.GrainFactory;

    /// <summary>The services of this activation; scoped ones live as long as it does.</summary>
    protected internal IServiceProvider ServiceProvider => _activation.ActivationServices;

    /// <summary>This grain's identity as text.</summary>
    public string IdentityString => _activation.GrainId.ToString();

    /// <summary>The silo that this activation lives in.</summary>
    public string RuntimeIdentity => _activation.Class.Silo.Address.ToString();

    /// <summary>Runs before the first call; a failure fails the calls that wait, and the next call tries anew.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call, within <see cref="Configuration.GrainCollectionOptions.DeactivationTimeout"/>.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once what runs now has finished; later calls reach a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps this activation from being collected for so long; a negative span takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => _activation.DelayDeactivation(timeSpan);
}
