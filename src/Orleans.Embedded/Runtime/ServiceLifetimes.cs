using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Embedded;

/// <summary>Knows which services are singletons, so that an activation that asks for nothing else needs no scope.</summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    private readonly Lazy<HashSet<Type>> _others = new(() =>
        services.Where(service => service.Lifetime != ServiceLifetime.Singleton).Select(service => service.ServiceType).ToHashSet());

    public bool IsSingleton(Type type)
    {
        // A list may hold anything.
        if (type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            return IsSingleton(type.GetGenericArguments()[0]);
        return !_others.Value.Contains(type)
            && !(type.IsConstructedGenericType && _others.Value.Contains(type.GetGenericTypeDefinition()));
    }
}
