using Microsoft.Extensions.Options;

namespace StyleShare.Objects;

/// <summary>Where objects are kept.</summary>
public enum ObjectStoreKind
{
    /// <summary>In a folder of this machine, served by the API.</summary>
    Folder,

    /// <summary>In a bucket of S3 or of a service that speaks the same.</summary>
    S3,
}

/// <summary>Settings of object storage; section <c>StyleShare:Objects</c>.</summary>
public sealed class ObjectOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Objects";

    /// <summary>Where objects are kept. A folder needs nothing else, but only silos that see the same folder can share it.</summary>
    public ObjectStoreKind Store { get; set; }

    /// <summary>
    /// The base of the addresses of what is public, such as <c>https://cdn.example.com</c>; the key follows behind it, with
    /// <c>public/</c> in front. Null for the store's own address.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>How long a client has to begin an upload: a phone may have to find its network first.</summary>
    public TimeSpan UploadLasts { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the link to a download is good for: long enough to click it, too short to be passed on.</summary>
    public TimeSpan DownloadLasts { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long one upload to or download from the folder may take in all; 20 MB in that time are 35 kB/s, which 3G
    /// gives. Slower than <c>StyleShare:Http:MinBytesPerSecond</c> ends sooner.</summary>
    public TimeSpan TransferLasts { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>Settings of the store in a folder; section <c>StyleShare:Objects:Folder</c>.</summary>
public sealed class FolderOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Objects:Folder";

    /// <summary>The folder; made if it is not there. Without it, <c>StyleShare/objects</c> in the user's data
    /// (<c>$XDG_DATA_HOME</c>, else <c>~/.local/share</c>), as the folder of the program is replaced with it.</summary>
    public string? Path { get; set; }

    /// <summary>Whether what is stored is synced to the disk before the answer, as a crash of the machine must lose nothing.
    /// False is for tests.</summary>
    public bool Sync { get; set; } = true;

    /// <summary>How old the file of a broken upload gets before it is deleted: far longer than an upload may take.</summary>
    public TimeSpan LeftoversAfter { get; set; } = TimeSpan.FromDays(1);

    // Where the folder is, in full.
    internal string FullPath()
    {
        if (!string.IsNullOrWhiteSpace(Path))
            return System.IO.Path.GetFullPath(Path);
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0 ? System.IO.Path.Combine(data, "StyleShare", "objects") : "";
    }
}

/// <summary>Settings of the store in S3; section <c>StyleShare:Objects:S3</c>.</summary>
public sealed class S3Options
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Objects:S3";

    /// <summary>The service's address, such as <c>https://s3.example.com</c>; null for that of AWS in the region.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The region, which is a part of signatures; most services besides AWS take any.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket; it must be there.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Who we are to the service; without it the SDK looks where it always does (environment, profile, instance role).</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Whether the bucket is named in the path instead of the host. Services of one's own have no DNS name a bucket.</summary>
    public bool PathStyle { get; set; } = true;

    /// <summary>Whether the SDK's additional checksums are used only where S3 demands them: most other services know nothing
    /// of them. HTTPS and the signed length guard the bytes either way.</summary>
    public bool ChecksumWhenRequired { get; set; } = true;

    /// <summary>Whether objects under <c>public/</c> get the ACL <c>public-read</c>. False for AWS's default, where the bucket's
    /// policy says who may read.</summary>
    public bool PublicAcl { get; set; }

    /// <summary>From which size on an object is sent in parts, each of this size: a part that fails is sent again alone.
    /// S3 takes parts of 5 MiB to 5 GiB, and 10,000 of them. One part an upload under way is in memory.</summary>
    public int PartBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long one attempt of a call may take, a part with its bytes included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for a connection; longer is a route that does not work.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a call is tried again at once, with growing pauses. What fails then is left to the job, which waits longer.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>Connections at a time: two a core's job and some for calls of the API.</summary>
    public int Connections { get; set; } = 50;
}

/// <summary>Checks them at the start, each with what to do about it.</summary>
internal sealed class ObjectOptionsCheck(IOptions<FolderOptions> folder, IOptions<S3Options> s3) : IValidateOptions<ObjectOptions>
{
    private const int MinPart = 5 * 1024 * 1024;
    private static readonly TimeSpan MaxLasts = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, ObjectOptions options)
    {
        var wrong = WrongWith(options) ?? (options.Store == ObjectStoreKind.S3 ? WrongWith(s3.Value) : WrongWith(folder.Value));
        return wrong is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static string? WrongWith(ObjectOptions options)
    {
        if (!Enum.IsDefined(options.Store))
            return $"{ObjectOptions.Section}:Store must be folder or s3.";
        if (options.PublicUrl is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "" }))
            return $"{ObjectOptions.Section}:PublicUrl must be an absolute address, such as https://cdn.example.com.";
        if (!Lasts(options.UploadLasts) || !Lasts(options.DownloadLasts))
            return $"{ObjectOptions.Section}: UploadLasts and DownloadLasts must be from 1 second to 7 days.";
        return options.TransferLasts < TimeSpan.FromSeconds(1) || options.TransferLasts > TimeSpan.FromDays(1)
            ? $"{ObjectOptions.Section}:TransferLasts must be from 1 second to a day."
            : null;
    }

    private static string? WrongWith(FolderOptions options)
    {
        if (options.FullPath().Length == 0)
            return $"{FolderOptions.Section}:Path is needed: this user has no folder for data.";
        return options.LeftoversAfter < TimeSpan.FromHours(1) ? $"{FolderOptions.Section}:LeftoversAfter must be an hour at least." : null;
    }

    private static string? WrongWith(S3Options options)
    {
        if (string.IsNullOrWhiteSpace(options.Bucket))
            return $"{S3Options.Section}:Bucket is needed.";
        if (options.Endpoint is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https" }))
            return $"{S3Options.Section}:Endpoint must be an absolute address, such as https://s3.example.com.";
        if (string.IsNullOrEmpty(options.AccessKey) != string.IsNullOrEmpty(options.SecretKey))
            return $"{S3Options.Section}: AccessKey and SecretKey go together.";
        if (string.IsNullOrWhiteSpace(options.Region))
            return $"{S3Options.Section}:Region is needed.";
        if (options.PartBytes < MinPart || options.Retries is < 0 or > 10 || options.Connections < 1)
            return $"{S3Options.Section}: PartBytes must be at least {MinPart}, Retries 0 to 10, Connections at least 1.";
        return options.Timeout <= TimeSpan.Zero || options.ConnectTimeout <= TimeSpan.Zero
            ? $"{S3Options.Section}: Timeout and ConnectTimeout must be above 0."
            : null;
    }

    private static bool Lasts(TimeSpan time) => time >= TimeSpan.FromSeconds(1) && time <= MaxLasts;
}
