using System.Globalization;

namespace Orleans.Runtime;

/// <summary>How numbers and GUIDs are written as keys: hexadecimal digits, and GUIDs in their <c>N</c> form.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>The key of a number.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>The key of a GUID.</summary>
    public static IdSpan CreateGuidKey(Guid key)
    {
        var digits = new byte[32];
        key.TryFormat(digits, out _, "N");
        return new IdSpan(digits);
    }

    /// <summary>The number that a grain's key stands for.</summary>
    /// <exception cref="InvalidOperationException">The key is not a number.</exception>
    public static long GetIntegerKey(this GrainId grainId) =>
        long.TryParse(grainId.Key.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new InvalidOperationException($"The key of {grainId} is not an integer.");

    /// <summary>The GUID that a grain's key stands for.</summary>
    /// <exception cref="InvalidOperationException">The key is not a GUID.</exception>
    public static Guid GetGuidKey(this GrainId grainId) =>
        Guid.TryParseExact(grainId.Key.ToString(), "N", out var key)
            ? key
            : throw new InvalidOperationException($"The key of {grainId} is not a GUID.");
}
