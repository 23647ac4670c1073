using StyleShare.Imaging;

namespace StyleShare.Photos;

/// <summary>Why photos are rejected, in the words that are stored and that the API says.</summary>
public static class PhotoRejections
{
    /// <summary>The word for a reason.</summary>
    public static string NameOf(RejectReason reason) => reason switch
    {
        RejectReason.NotAnImage => "not_an_image",
        RejectReason.UnsupportedFormat => "unsupported_format",
        RejectReason.TooLarge => "too_large",
        RejectReason.TooManyPixels => "too_many_pixels",
        RejectReason.Corrupt => "corrupt",
        RejectReason.ChecksumMismatch => "checksum_mismatch",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no word for this reason."),
    };
}
