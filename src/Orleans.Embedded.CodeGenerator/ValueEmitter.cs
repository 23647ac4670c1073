using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>How a value of a type is written and read: numbers and texts at once, all else by its codec.</summary>
internal static class ValueEmitter
{
    private const string Codecs = "global::Orleans.Embedded.Codecs";

    // As the engine's WireKind.
    private const int VarInt = 1;
    private const int Fixed32 = 2;
    private const int Fixed64 = 3;
    private const int Fixed128 = 4;
    private const int Text = 5;
    private const int Value = 6;

    /// <summary>What kind of value a field of the type is marked as.</summary>
    public static int KindOf(ITypeSymbol type)
    {
        type = Underlying(type) ?? type;
        if (type.TypeKind == TypeKind.Enum)
            return VarInt;
        return type.SpecialType switch
        {
            SpecialType.System_String => Text,
            SpecialType.System_Single => Fixed32,
            SpecialType.System_Double or SpecialType.System_DateTime => Fixed64,
            SpecialType.System_Decimal => Value,
            >= SpecialType.System_Boolean and <= SpecialType.System_UInt64 => VarInt,
            _ => FullName(type) switch
            {
                "System.Guid" => Fixed128,
                "System.TimeSpan" => VarInt,
                _ => Value,
            },
        };
    }

    /// <summary>Writes what an expression is.</summary>
    public static string Write(ITypeSymbol type, string value)
    {
        var method = type.SpecialType switch
        {
            SpecialType.System_String => "WriteString",
            SpecialType.System_Boolean => "WriteBool",
            SpecialType.System_Byte => "WriteByte",
            SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64 => "WriteVarInt",
            SpecialType.System_Char or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 => "WriteVarUInt",
            SpecialType.System_Single => "WriteSingle",
            SpecialType.System_Double => "WriteDouble",
            SpecialType.System_DateTime => "WriteDateTime",
            _ => FullName(type) switch
            {
                "System.Guid" => "WriteGuid",
                "System.TimeSpan" => "WriteTimeSpan",
                "System.DateTimeOffset" => "WriteDateTimeOffset",
                _ => null,
            },
        };
        return method is null ? $"{Codecs}.Of<{Names.Plain(type)}>().Write(ref writer, {value});" : $"writer.{method}({value});";
    }

    /// <summary>An expression that reads one.</summary>
    public static string Read(ITypeSymbol type)
    {
        var call = type.SpecialType switch
        {
            SpecialType.System_String => "ReadString()",
            SpecialType.System_Boolean => "ReadBool()",
            SpecialType.System_Byte => "ReadByte()",
            SpecialType.System_Int32 => "ReadVarInt32()",
            SpecialType.System_Int64 => "ReadVarInt()",
            SpecialType.System_UInt32 => "ReadVarUInt32()",
            SpecialType.System_UInt64 => "ReadVarUInt()",
            SpecialType.System_Single => "ReadSingle()",
            SpecialType.System_Double => "ReadDouble()",
            SpecialType.System_DateTime => "ReadDateTime()",
            _ => FullName(type) switch
            {
                "System.Guid" => "ReadGuid()",
                "System.TimeSpan" => "ReadTimeSpan()",
                "System.DateTimeOffset" => "ReadDateTimeOffset()",
                _ => null,
            },
        };
        return call is null ? $"{Codecs}.Of<{Names.Plain(type)}>().Read(ref reader)" : $"reader.{call}";
    }

    /// <summary>Whether an expression is something else than what a reader has without it; null if that cannot be told for all values.</summary>
    public static string? IsSet(ITypeSymbol type, string value)
    {
        if (type.IsReferenceType || Underlying(type) is not null)
            return $"{value} is not null";
        if (type.TypeKind == TypeKind.Enum)
            return $"{value} != default({Names.Plain(type)})";
        return type.SpecialType switch
        {
            SpecialType.System_Boolean => value,
            // Minus zero is not the default, nor is a decimal zero with a scale.
            SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal => null,
            >= SpecialType.System_Char and <= SpecialType.System_UInt64 => $"{value} != 0",
            SpecialType.System_DateTime => $"{value}.Ticks != 0 || (int){value}.Kind != 0",
            _ => FullName(type) switch
            {
                "System.Guid" => $"{value} != default(global::System.Guid)",
                "System.TimeSpan" => $"{value}.Ticks != 0",
                "System.DateTimeOffset" => $"{value}.Ticks != 0 || {value}.Offset.Ticks != 0",
                "System.Collections.Immutable.ImmutableArray" => $"!{value}.IsDefault",
                _ => null,
            },
        };
    }

    /// <summary>What a nullable value type is of; null for any other type.</summary>
    public static ITypeSymbol? Underlying(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : null;

    private static string FullName(ITypeSymbol type) =>
        type.ContainingNamespace is { IsGlobalNamespace: false } ? $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}" : type.Name;
}
