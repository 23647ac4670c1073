using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>The addresses of what everybody may read. They are the same on every silo and for ever.</summary>
public sealed class PublicObjects(IOptions<ObjectOptions> options, IOptions<S3Options> s3, Links links)
{
    /// <summary>Where the API serves the folder.</summary>
    public const string FolderPath = "/objects/";

    // Null for the folder: where the API is reached may be known only once it listens.
    private readonly string? _base = BaseOf(options.Value, s3.Value);

    /// <summary>What all these addresses begin with; a page that shows pictures must allow its origin.</summary>
    public Uri Root => new(_base ?? links.Base + FolderPath);

    /// <summary>The address of an object under <c>public/</c>.</summary>
    /// <exception cref="ArgumentException">The key is not there.</exception>
    public string AddressOf(string key)
    {
        if (!ObjectKeys.IsPublic(key))
            throw new ArgumentException("Only what is under public/ has a public address.", nameof(key));
        return _base is null ? string.Concat(links.Base, FolderPath, key) : string.Concat(_base, key);
    }

    /// <inheritdoc cref="AddressOf"/>
    public Uri UrlOf(string key) => new(AddressOf(key));

    private static string? BaseOf(ObjectOptions options, S3Options s3) => options switch
    {
        { PublicUrl: { } cdn } => cdn.AbsoluteUri.TrimEnd('/') + "/",
        { Store: ObjectStoreKind.S3 } => S3Addresses.BucketOf(s3).AbsoluteUri.TrimEnd('/') + "/",
        _ => null,
    };
}
