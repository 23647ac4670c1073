using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace StyleShare;

/// <summary>Where people reach this service, section <c>StyleShare</c>.</summary>
public sealed class LinkOptions
{
    /// <summary>The base of absolute links, such as <c>https://api.example.com</c>.</summary>
    public Uri? PublicUrl { get; set; }
}

/// <summary>Makes links that work outside of the service, in mails and pushes.</summary>
public sealed class Links(IOptions<LinkOptions> options)
{
    // What ./run serves; where mails are really sent, the settings must say better.
    private static readonly Uri Local = new("http://localhost:8080");

    private readonly string _base = (options.Value.PublicUrl ?? Local).GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>The link to a path, which begins with a slash.</summary>
    public Uri To(string path) => new(_base + path);
}

/// <summary>Registers links.</summary>
internal static class LinkServices
{
    /// <summary>Adds <see cref="Links"/>; may be called by each feature that makes some.</summary>
    public static IServiceCollection AddLinks(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(Links)))
            return services;
        services.AddOptions<LinkOptions>().Bind(configuration.GetSection("StyleShare"))
            .Validate(
                options => options.PublicUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" },
                "StyleShare:PublicUrl must be an absolute address, such as https://api.example.com.")
            .ValidateOnStart();
        services.TryAddSingleton<Links>();
        return services;
    }
}
