using Microsoft.Extensions.Options;

namespace StyleShare.Documents;

/// <summary>Settings of documents; section <c>StyleShare:Documents</c>.</summary>
public sealed class DocumentOptions
{
    /// <summary>The section that these are read from.</summary>
    public const string Section = "StyleShare:Documents";

    /// <summary>The most bytes of a document: as a photo's.</summary>
    public long MaxBytes { get; set; } = 20_000_000;

    /// <summary>The most documents of a person, so that nobody makes this their disk: at the most 2 GB.</summary>
    public int MaxPerPerson { get; set; } = 100;

    /// <summary>
    /// The media types that are taken: PDF, the usual formats of offices, plain text, CSV and ZIP by default. None of them is
    /// ever shown by a browser under our address, so that others may be added; the list replaces the default one.
    /// </summary>
    public IList<string> ContentTypes { get; } = [];

    /// <summary>How long an upload may be awaited before its document is removed.</summary>
    public TimeSpan UnfinishedAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often such documents are looked for.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromHours(1);

    private static readonly string[] Usual =
    [
        "application/pdf", "application/zip", "text/plain", "text/csv", "application/rtf",
        "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation", "application/x-hwp", "application/haansofthwp",
    ];

    /// <summary>Whether documents of a media type (in lower case) are taken.</summary>
    public bool Takes(string contentType) =>
        (ContentTypes.Count > 0 ? ContentTypes : Usual).Contains(contentType, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Says at start what is wrong.</summary>
internal sealed class DocumentOptionsCheck : IValidateOptions<DocumentOptions>
{
    private const long Most = 5L * 1024 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, DocumentOptions options)
    {
        if (options.MaxBytes is < 1 or > Most || options.MaxPerPerson < 1)
            return ValidateOptionsResult.Fail($"{DocumentOptions.Section}: MaxBytes must be from 1 to {Most}, MaxPerPerson at least 1.");
        // A reminder is a minute at the least; a signed upload may last for up to seven days.
        return options.UnfinishedAfter < TimeSpan.FromHours(1) || options.SweepEvery < TimeSpan.FromMinutes(1)
            ? ValidateOptionsResult.Fail($"{DocumentOptions.Section}: UnfinishedAfter must be at least an hour, SweepEvery a minute.")
            : ValidateOptionsResult.Success;
    }
}
