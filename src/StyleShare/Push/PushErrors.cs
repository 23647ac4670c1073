using System.Buffers;

namespace StyleShare.Push;

/// <summary>Reasons that services give.</summary>
internal static class PushErrors
{
    private const int MaxLength = 60;

    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>
    /// A service's own word for an error, if it is one: it gets into logs and dead letters, where no text of strangers and no
    /// token is to be.
    /// </summary>
    public static string? Word(string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(WordCharacters) ? text : null;
}
