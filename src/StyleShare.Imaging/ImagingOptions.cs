using Microsoft.Extensions.Options;

namespace StyleShare.Imaging;

/// <summary>How pictures are rendered; section <c>StyleShare:Imaging</c>.</summary>
public sealed class ImagingOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Imaging";

    /// <summary>
    /// How many worker processes there are, each of which keeps one core busy while there is work. One a core, but four at the
    /// most: a silo has other things to do, and each may take <see cref="MemoryLimitBytes"/>.
    /// </summary>
    public int Workers { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>
    /// The program that is a worker, with its arguments. Empty: the silo's own binary with <c>image-worker</c>, which is this
    /// process' or lies beside it.
    /// </summary>
    public IList<string> WorkerCommand { get; } = [];

    /// <summary>The largest file, in bytes; what the API lets one upload (20 MB a photo).</summary>
    public int MaxBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>The most pixels. Phones make 12 to 50 million.</summary>
    public long MaxPixels { get; set; } = 64_000_000;

    /// <summary>
    /// What a worker may have as its own memory, in bytes; one that asks for more is ended. A photo of 12 megapixels needs some
    /// 100 MB. Where a format must be decoded as a whole, 64 million pixels need 450 MB (a progressive JPEG) to 730 MB (an
    /// interlaced PNG of 16 bits with opacity).
    /// </summary>
    public long MemoryLimitBytes { get; set; } = 768L * 1024 * 1024;

    /// <summary>
    /// How long a picture may take, from its first byte to its last rendition. A photo takes a fifth of a second on a free
    /// core, the worst that the limits above allow some seconds; the rest is for machines under load.
    /// </summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a worker may take to start; it takes a tenth of a second on a free core.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how many pictures a worker is replaced, so that fragmented memory comes back.</summary>
    public int PicturesPerWorker { get; set; } = 1_000;

    /// <summary>After how long without a picture a worker is ended, and its 100 MB come back; starting one takes no time to speak of.</summary>
    public TimeSpan UnusedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many renders may wait for a worker; callers keep their file in memory meanwhile. Beyond, they are refused.</summary>
    public int MaxWaiting { get; set; } = 64;

    /// <summary>Quality of JPEGs, from 1 to 100. From 80 on one sees no difference on a phone.</summary>
    public int JpegQuality { get; set; } = 80;

    /// <summary>Quality of WebPs, from 1 to 100; 75 looks like a JPEG of 80.</summary>
    public int WebpQuality { get; set; } = 75;

    /// <summary>How hard the WebP encoder tries, from 0 to 6: each step costs time and saves bytes.</summary>
    public int WebpEffort { get; set; } = 2;
}

/// <summary>Says at the start what cannot work.</summary>
internal sealed class ImagingOptionsCheck : IValidateOptions<ImagingOptions>
{
    public ValidateOptionsResult Validate(string? name, ImagingOptions options)
    {
        List<string> failures = [];
        Check(options.Workers is >= 1 and <= 64, "Workers must be between 1 and 64");
        Check(options.MaxBytes is >= 1024 and <= 256 * 1024 * 1024, "MaxBytes must be between 1 kB and 256 MB");
        Check(options.MaxPixels is >= 1 and <= 1_000_000_000, "MaxPixels must be between 1 and a billion");
        Check(options.MemoryLimitBytes >= 192L * 1024 * 1024, "MemoryLimitBytes must be 192 MB at the least");
        Check(options.TimeLimit > TimeSpan.Zero && options.TimeLimit <= TimeSpan.FromMinutes(10), "TimeLimit must be between 0 and 10 minutes");
        Check(options.StartLimit > TimeSpan.Zero && options.StartLimit <= TimeSpan.FromMinutes(10), "StartLimit must be between 0 and 10 minutes");
        Check(options.UnusedFor > TimeSpan.Zero && options.UnusedFor <= TimeSpan.FromDays(1), "UnusedFor must be between 0 and a day");
        Check(options.PicturesPerWorker >= 1, "PicturesPerWorker must be positive");
        Check(options.MaxWaiting >= 1, "MaxWaiting must be positive");
        Check(options.JpegQuality is >= 1 and <= 100, "JpegQuality must be between 1 and 100");
        Check(options.WebpQuality is >= 1 and <= 100, "WebpQuality must be between 1 and 100");
        Check(options.WebpEffort is >= 0 and <= 6, "WebpEffort must be between 0 and 6");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string rule)
        {
            if (!holds)
                failures.Add($"{ImagingOptions.Section}: {rule}.");
        }
    }
}
