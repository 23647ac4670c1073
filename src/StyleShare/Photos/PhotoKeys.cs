namespace StyleShare.Photos;

/// <summary>Where the bytes of photos are in the object store.</summary>
public static class PhotoKeys
{
    /// <summary>The rendition that shows a person.</summary>
    public const string Square = "square";

    /// <summary>The formats of every rendition, the one that everything reads first, and how their keys end.</summary>
    public static readonly IReadOnlyList<(string ContentType, string Ending)> Formats = [("image/jpeg", "jpg"), ("image/webp", "webp")];

    /// <summary>The names of every rendition, the largest first.</summary>
    public static readonly IReadOnlyList<string> Names = ["large", "medium", "small", Square];

    /// <summary>What a client uploads; nobody but us reads it.</summary>
    public static string Upload(Guid photo) => $"uploads/{photo:N}";

    /// <summary>What was uploaded, if it is kept; nobody but us reads it.</summary>
    public static string Original(string content) => $"private/originals/{content}";

    /// <summary>A rendition, for everybody and for ever: the key follows from the bytes of the original.</summary>
    /// <param name="ending">One of <see cref="Formats"/>.</param>
    public static string Rendition(string content, string name, string ending) =>
        $"public/photos/{content.AsSpan(0, 2)}/{content}/{name}.{ending}";

    /// <summary>Everything that is stored of a picture.</summary>
    public static IEnumerable<string> AllOf(string content) =>
    [
        .. from name in Names from format in Formats select Rendition(content, name, format.Ending),
        Original(content),
    ];

    internal static string EndingOf(string contentType) => Formats.First(format => format.ContentType == contentType).Ending;
}
