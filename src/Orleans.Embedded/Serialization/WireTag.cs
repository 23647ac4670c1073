using System.ComponentModel;

namespace Orleans.Embedded;

/// <summary>What kind of value a field has, so that a changed type is not read as the other.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum WireKind
{
    /// <summary>No field: the end of an object.</summary>
    End = 0,

    /// <summary>A varint.</summary>
    VarInt = 1,

    /// <summary>Four bytes.</summary>
    Fixed32 = 2,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 3,

    /// <summary>Sixteen bytes.</summary>
    Fixed128 = 4,

    /// <summary>Text.</summary>
    Text = 5,

    /// <summary>What a codec writes.</summary>
    Value = 6,
}

/// <summary>
/// How a field is marked: the kind of its value in the lowest three bits, then whether its number is a constructor parameter's
/// place rather than an <c>[Id]</c>, then the number, and from bit 20 on how far its class is from the root of those with a serializer.
/// </summary>
internal static class WireTag
{
    public static string Describe(uint tag) =>
        $"{((tag & 8) != 0 ? "parameter " : "")}{(tag >> 4) & 0xFFFF}{(tag >> 20 is var level and > 0 ? $" of level {level}" : "")} ({(WireKind)(tag & 7)})";
}
