using System.Buffers;
using System.Runtime.CompilerServices;

namespace StyleShare.Objects;

/// <summary>
/// The names of objects: paths of <c>a-z A-Z 0-9 . _ -</c>, at most 512 characters, with segments of at most 200. They mean the
/// same to S3, to a file system and in a URL, with nothing to be escaped.
/// </summary>
public static class ObjectKeys
{
    /// <summary>What everybody may read: it never changes and says nothing but what was published.</summary>
    public const string Public = "public/";

    /// <summary>What clients upload; nobody but us reads it.</summary>
    public const string Uploads = "uploads/";

    /// <summary>What is read by signed requests only.</summary>
    public const string Private = "private/";

    /// <summary>Backups of the database: read by operators and us alone.</summary>
    public const string Backups = "backups/";

    private const int MaxLength = 512;
    private const int MaxSegment = 200;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Whether everybody may read what is under this key.</summary>
    public static bool IsPublic(string key) => key.StartsWith(Public, StringComparison.Ordinal);

    /// <summary>Whether it can be a key.</summary>
    public static bool IsKey(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > MaxLength)
            return false;
        foreach (var segment in key.Split('/'))
        {
            if (!IsSegment(key[segment]))
                return false;
        }

        return true;
    }

    /// <summary>The key, if it is one.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string key, [CallerArgumentExpression(nameof(key))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(key, parameter);
        return IsKey(key) ? key : throw new ArgumentException($"'{key}' is no key of an object.", parameter);
    }

    // A prefix may end anywhere in a key.
    internal static string CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return prefix.Length == 0 || IsKey(prefix + "x")
            ? prefix
            : throw new ArgumentException($"'{prefix}' begins no key of an object.", nameof(prefix));
    }

    private static bool IsSegment(ReadOnlySpan<char> segment) =>
        segment.Length is > 0 and <= MaxSegment && segment is not ("." or "..") && !segment.ContainsAnyExcept(Allowed);
}
