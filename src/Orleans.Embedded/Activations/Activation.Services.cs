using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Embedded;

// The services of an activation: the silo's own, and a scope of its own from the moment that something scoped or transient
// is asked for. Most grains need none, and hold none.
internal sealed partial class Activation : IKeyedServiceProvider
{
    object? IServiceProvider.GetService(Type serviceType) =>
        serviceType == typeof(IServiceProvider) ? this : ServicesFor(serviceType).GetService(serviceType);

    object? IKeyedServiceProvider.GetKeyedService(Type serviceType, object? serviceKey) =>
        ((IKeyedServiceProvider)ServicesFor(serviceType)).GetKeyedService(serviceType, serviceKey);

    object IKeyedServiceProvider.GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        ServicesFor(serviceType).GetRequiredKeyedService(serviceType, serviceKey);

    private IServiceProvider ServicesFor(Type serviceType)
    {
        var silo = Class.Silo;
        if (_extras?.Services is null && silo.Lifetimes.IsSingleton(serviceType))
            return silo.Services;
        return ExtrasOrNew.Scope(silo.Services).ServiceProvider;
    }
}
