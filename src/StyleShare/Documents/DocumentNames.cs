namespace StyleShare.Documents;

/// <summary>What a document may be called: a file's name, no path, that every system can save.</summary>
public static class DocumentNames
{
    /// <summary>Its text; 100 code points are at most 400 bytes of UTF-8, and most names are far below the 255 of file systems.</summary>
    public static readonly TextRule Rule = new(100, Required: true);

    /// <summary>What is wrong with a clean name; null if nothing.</summary>
    public static string? Problem(string name) =>
        name.AsSpan().ContainsAny('/', '\\') || name is "." or ".." ? "Must be a name without a path." : null;
}
