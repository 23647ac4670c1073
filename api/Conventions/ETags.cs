using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace StyleShare.Api.Conventions;

/// <summary>Strong entity tags (RFC 9110, 8.8.3): the version of what a PATCH would change, and a checksum of all that is shown.</summary>
/// <remarks>
/// The checksum is there because a resource shows more than its own version knows: its author's name, whether the caller
/// liked it. A PATCH looks at the version alone, for that is what it edits.
/// </remarks>
internal static class ETags
{
    /// <summary>The tag of a representation.</summary>
    public static string Of(long version, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version:x}-{Checksum(body):x8}\"");

    /// <summary>Whether <c>If-None-Match</c> names the tag (weakly compared: RFC 9110, 13.1.2).</summary>
    public static bool IsKnown(StringValues ifNoneMatch, string tag)
    {
        if (ifNoneMatch.Count == 0)
            return false;
        if (ifNoneMatch.Count == 1 && string.Equals(ifNoneMatch[0], tag, StringComparison.Ordinal))
            return true;
        if (!EntityTagHeaderValue.TryParseList([.. ifNoneMatch.OfType<string>()], out var known))
            return false;
        var current = new EntityTagHeaderValue(tag);
        foreach (var candidate in known)
        {
            if (candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(current, useStrongComparison: false))
                return true;
        }

        return false;
    }

    /// <summary>What <c>If-Match</c> asks for; null, with the problem written, if it is malformed.</summary>
    public static async Task<IfMatch?> Read(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0)
            return IfMatch.Anything;
        if (!EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var tags))
        {
            await Problems.Write(http, 400, "bad_if_match", "If-Match must be * or a list of entity tags.");
            return null;
        }

        if (tags.Contains(EntityTagHeaderValue.Any))
            return IfMatch.Anything;
        // A weak tag never matches here (RFC 9110, 13.1.1), nor does one that is not ours.
        return new IfMatch([.. tags.Where(tag => !tag.IsWeak).Select(tag => VersionOf(tag.Tag)).OfType<long>()]);
    }

    private static long? VersionOf(StringSegment tag)
    {
        var text = tag.AsSpan().Trim('"');
        var end = text.IndexOf('-');
        return end > 0 && long.TryParse(text[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}

/// <summary>The versions that a caller is ready to edit; null for whichever is there.</summary>
internal sealed record IfMatch(IReadOnlyList<long>? Versions)
{
    public static readonly IfMatch Anything = new((IReadOnlyList<long>?)null);

    /// <summary>Whether the caller names versions, so that the current one must be looked at.</summary>
    public bool IsConditional => Versions is not null;

    /// <summary>Whether this version may be edited.</summary>
    public bool Allows(long version) => Versions is null || Versions.Contains(version);

    /// <summary>The problem when it may not.</summary>
    public static Task Refuse(HttpContext http) => Problems.Write(
        http, 412, "stale_version", "It was changed since you read it; read it again and decide anew.");
}
