using Microsoft.Extensions.DependencyInjection;

namespace StyleShare.Posts;

/// <summary>Registers the feature.</summary>
public static class PostServices
{
    /// <summary>Adds what posts are read with; grains find their own.</summary>
    public static IServiceCollection AddPosts(this IServiceCollection services) => services
        .AddSingleton<PostStore>()
        .AddSingleton<PostQueries>()
        .AddSingleton<PostErasure>();
}
