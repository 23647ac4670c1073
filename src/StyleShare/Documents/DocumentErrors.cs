using System.Globalization;

namespace StyleShare.Documents;

/// <summary>The refusals of this feature, with their codes.</summary>
public static class DocumentErrors
{
    /// <summary>There is no such document, or it is another one's.</summary>
    public static Refusal NotFound() => new(RefusalKind.NotFound, "document_not_found", "There is no such document.");

    /// <summary>It was said to be complete before its bytes were there.</summary>
    public static Refusal NotUploaded() => new(RefusalKind.Conflict, "not_uploaded", "Upload the bytes first.");

    /// <summary>A person has as many as one may have.</summary>
    public static Refusal TooMany(int most) => new(
        RefusalKind.Unprocessable, "too_many_documents",
        string.Create(CultureInfo.InvariantCulture, $"You have {most} documents, which is the most; delete one first."));
}
