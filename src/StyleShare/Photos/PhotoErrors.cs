namespace StyleShare.Photos;

/// <summary>The refusals of photos, so that codes are found in one place.</summary>
public static class PhotoErrors
{
    /// <summary>There is no such photo, or none that the caller may know of.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "photo_not_found", "There is no such photo.");

    /// <summary>The id is taken.</summary>
    public static Refusal Exists() => new(RefusalKind.Conflict, "photo_exists", "There is a photo with this id already.");

    /// <summary>The client says that it is uploaded, and it is not.</summary>
    public static Refusal NotUploaded() =>
        new(RefusalKind.Conflict, "not_uploaded", "Nothing was uploaded yet; send the bytes as the announcement said.");

    /// <summary>What is to be shown is no photo of the author's.</summary>
    public static Refusal Unknown() =>
        new(RefusalKind.Unprocessable, "unknown_photo", "Only photos that one has uploaded oneself can be shown.");

    /// <summary>What is to be shown was rejected.</summary>
    public static Refusal Rejected() =>
        new(RefusalKind.Unprocessable, "photo_rejected", "A photo that was rejected cannot be shown.");

    /// <summary>The object store does not answer.</summary>
    public static Refusal StoreUnavailable() => new(
        RefusalKind.Unavailable, "object_store_unavailable", "Uploads cannot be looked at just now; nothing was changed. Try again soon.");

    /// <summary>What is known of the photo is not what is stored.</summary>
    public static Refusal NotUpToDate() => new(
        RefusalKind.Unavailable, "photo_changed", "The photo has become something else meanwhile. Try again soon.");

    /// <summary>The same picture is being removed.</summary>
    public static Refusal BeingRemoved() => new(
        RefusalKind.Unavailable, "picture_being_removed", "The last copy of this picture is being removed; it can be linked again soon.");
}
