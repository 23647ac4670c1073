namespace StyleShare.Objects;

/// <summary>How the objects of a bucket are addressed.</summary>
internal static class S3Addresses
{
    /// <summary>The bucket's own address.</summary>
    public static Uri BucketOf(S3Options options)
    {
        var endpoint = options.Endpoint ?? new Uri($"https://s3.{options.Region}.amazonaws.com");
        return options.PathStyle
            ? new Uri($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{options.Bucket}")
            : new UriBuilder(endpoint) { Host = $"{options.Bucket}.{endpoint.Host}" }.Uri;
    }
}
