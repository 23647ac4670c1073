using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Objects;

namespace StyleShare.Api.Tests;

/// <summary>A silo that keeps its objects in a bucket of a real S3 server.</summary>
public sealed class S3Host : ApiHost, IAsyncLifetime
{
    private string[] _settings = [];

    /// <summary>The settings by which another silo finds the same objects.</summary>
    public IReadOnlyDictionary<string, string?> Bucket { get; private set; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    protected override string[] Settings => _settings;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        var server = await ObjectServer.Shared;
        // The smallest parts that S3 takes, so that what is large here is sent in some.
        var bucket = await server.BucketAsync(("PartBytes", (5 * 1024 * 1024).ToString(CultureInfo.InvariantCulture)));
        Bucket = bucket;
        _settings = [.. bucket.SelectMany(setting => new[] { "--" + setting.Key, setting.Value! })];
        await InitializeAsync();
    }
}

public sealed class S3StoreTests(S3Host host) : ObjectStoreTests(host), IClassFixture<S3Host>
{
    private readonly S3Host _host = host;

    [Fact]
    public async Task No_part_stays_of_an_upload_that_failed()
    {
        var key = $"uploads/{Guid.NewGuid():n}";
        await Assert.ThrowsAsync<ObjectLengthException>(
            () => Store.Put(key, new MemoryStream(new byte[11_000_000]), 12_000_000, new ObjectMeta("image/png"), Cancellation));
        var options = _host.Services.GetRequiredService<IOptions<S3Options>>().Value;
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            new AmazonS3Config { ServiceURL = options.Endpoint!.ToString(), ForcePathStyle = true, AuthenticationRegion = options.Region, UseHttp = true });
        var uploads = await client.ListMultipartUploadsAsync(options.Bucket, key, Cancellation);
        Assert.Empty(uploads.MultipartUploads ?? []);
    }

    [Fact]
    public async Task The_folder_is_not_served()
    {
        var answer = await _host.Anonymous().Get("/objects/public/a");
        answer.Problem(404, "not_found");
    }

    [Fact]
    public async Task A_store_that_is_down_is_to_be_tried_again_and_serves_when_it_is_back()
    {
        await using var server = await ObjectServer.StartAsync();
        var settings = await server.BucketAsync(("Retries", "1"));
        using var store = new S3ObjectStore(Options.Create(new S3Options
        {
            Endpoint = server.Endpoint,
            Bucket = settings["StyleShare:Objects:S3:Bucket"]!,
            AccessKey = settings["StyleShare:Objects:S3:AccessKey"],
            SecretKey = settings["StyleShare:Objects:S3:SecretKey"],
            Retries = 1,
        }));
        var meta = new ObjectMeta("image/png");
        await store.Put("a", new MemoryStream([1, 2, 3]), 3, meta, Cancellation);

        await server.StopAsync();
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => store.Head("a", Cancellation));
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => store.Get("a", cancellation: Cancellation));
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => store.Put("b", new MemoryStream([1]), 1, meta, Cancellation));
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => store.Put("b", new MemoryStream(new byte[9_000_000]), 9_000_000, meta, Cancellation));
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(() => store.Delete("a", Cancellation));
        await Assert.ThrowsAsync<ObjectStoreUnavailable>(async () => await store.List("", Cancellation).CountAsync(Cancellation));

        await server.StartAgainAsync();
        Assert.Equal(3, (await store.Head("a", Cancellation))!.Bytes);
        Assert.Null(await store.Head("b", Cancellation));
    }

    [Fact]
    public async Task A_wrong_secret_is_no_matter_of_trying_again()
    {
        var options = _host.Services.GetRequiredService<IOptions<S3Options>>().Value;
        using var store = new S3ObjectStore(Options.Create(new S3Options
        {
            Endpoint = options.Endpoint,
            Bucket = options.Bucket,
            AccessKey = options.AccessKey,
            SecretKey = "another",
        }));
        await Assert.ThrowsAsync<AmazonS3Exception>(() => store.Get("a", cancellation: Cancellation));
    }
}
