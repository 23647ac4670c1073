using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Accounts;
using StyleShare.Backups;
using StyleShare.DeadLetters;
using StyleShare.Digests;
using StyleShare.Documents;
using StyleShare.Feeds;
using StyleShare.Imaging;
using StyleShare.Jobs;
using StyleShare.Mail;
using StyleShare.Notifications;
using StyleShare.Objects;
using StyleShare.People;
using StyleShare.Photos;
using StyleShare.Points;
using StyleShare.Posts;
using StyleShare.Purchases;
using StyleShare.Push;
using StyleShare.Requests;
using StyleShare.Shares;
using StyleShare.Shops;
using StyleShare.Silos;
using StyleShare.Storage;
using StyleShare.Streams;
using StyleShare.Sweeps;

namespace StyleShare;

/// <summary>Registers the product.</summary>
public static class StyleShareServices
{
    /// <summary>Adds every feature and what it stands on; grains are found by the engine itself.</summary>
    public static IServiceCollection AddStyleShare(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddStyleShareStorage(configuration);
        services.AddObjects(configuration);
        services.AddRequests(configuration);
        services.AddSilos(configuration);
        services.AddDeadLetters();
        services.AddStreams(configuration);
        services.AddJobs(configuration);
        services.AddSweeps(configuration);
        services.AddAccounts(configuration);
        services.AddPeople(configuration);
        services.AddImaging(configuration);
        services.AddPhotos(configuration);
        services.AddPosts();
        services.AddFeeds(configuration);
        services.AddPush(configuration);
        services.AddNotifications(configuration);
        services.AddMail(configuration);
        services.AddDigests();
        services.AddPoints(configuration);
        services.AddShops(configuration);
        services.AddShares(configuration);
        services.AddPurchases(configuration);
        services.AddImaging(configuration);
        services.AddDocuments(configuration);
        services.AddBackups(configuration);
        return services;
    }
}
