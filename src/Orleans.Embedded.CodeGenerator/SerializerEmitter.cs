using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>Writes the codec of a type with <c>[GenerateSerializer]</c>.</summary>
internal static class SerializerEmitter
{
    public static Unit? Emit(INamedTypeSymbol type)
    {
        var findings = new List<Finding>();
        var name = "Codec_" + Names.Identifier(type);
        var plain = Names.Plain(type);
        if (type.IsStatic || type.IsAbstract)
            return null;
        if (type.TypeKind == TypeKind.Enum)
            return Orleans.IsVisible(type) ? new Unit(name, "", $"builder.AddCodec(typeof({plain}), static () => global::Orleans.Embedded.Codecs.Of<{plain}>());", Nothing) : null;
        if (!Orleans.IsVisible(type))
            return new Unit(name, "", "", new EquatableList<Finding>([Finding.At(type, Diagnostics.HiddenMessage, type.ToDisplayString())]));
        if (type.ContainingType is { IsGenericType: true })
            return new Unit(name, "", "", new EquatableList<Finding>([Finding.At(type, Diagnostics.NestedInGeneric, type.ToDisplayString())]));

        var serialized = new SerializedType(type, findings);
        foreach (var member in serialized.Members.Where(member => member.Parameter is null && !member.HasField && !CanSet(serialized, member)))
            findings.Add(Finding.At(member.Symbol, Diagnostics.WrongId, $"{type.Name}.{member.Symbol.Name}", "is of a member that nobody can set"));
        if (findings.Count != 0)
            return new Unit(name, "", "", new EquatableList<Finding>(findings));

        var registration = type.IsGenericType
            ? $"builder.AddGenericCodec(typeof({Unbound(type)}), typeof({Names.Namespace}.{name}<{new string(',', type.Arity - 1)}>));"
            : $"builder.AddCodec(typeof({plain}), static () => new {Names.Namespace}.{name}());";
        return new Unit(name, Write(serialized, name), registration, Nothing);
    }

    private static readonly EquatableList<Finding> Nothing = new([]);

    private static string Unbound(INamedTypeSymbol type) => Names.Plain(type.ConstructUnboundGenericType());

    private static string Write(SerializedType type, string name)
    {
        var plain = Names.Plain(type.Type);
        var parameters = type.Type.IsGenericType ? $"<{string.Join(", ", type.Type.TypeParameters.Select(p => p.Name))}>" : "";
        var parent = type.IsException ? "ExceptionFields" : type.Type.IsValueType ? "StructCodec" : "ObjectCodec";
        var by = type.Type.IsValueType ? "ref " : "";
        var message = type.IsException ? ", string? message" : "";
        var code = new StringBuilder(Names.Header);
        code.Append($$"""
            namespace {{Names.Namespace}};

            internal sealed class {{name}}{{parameters}} : global::Orleans.Embedded.{{parent}}<{{plain}}>{{Constraints(type.Type)}}
            {
                protected override void WriteFields(ref global::Orleans.Embedded.WireWriter writer, {{by}}{{plain}} value)
                {

            """);
        for (var i = 0; i < type.Members.Count; i++)
            WriteMember(code, type, type.Members[i], i);
        code.Append($$"""
                }

                protected override {{plain}} ReadFields(ref global::Orleans.Embedded.WireReader reader{{message}})
                {

            """);
        ReadMembers(code, type, plain);
        Make(code, type, plain);
        code.Append("    }\n");
        for (var i = 0; i < type.Members.Count; i++)
            WriteAccessor(code, type, type.Members[i], i);
        return code.Append("}\n").ToString();
    }

    private static void WriteMember(StringBuilder code, SerializedType type, SerializedMember member, int index)
    {
        var value = CanGet(type, member) ? $"value.{Escaped(member)}" : $"F{index}({(member.Symbol.ContainingType.IsValueType ? "ref " : "")}value)";
        var local = $"v{index}";
        code.Append($"        var {local} = {value};\n");
        var isSet = member.HasInitializer && ValueEmitter.Underlying(member.Type) is null ? null : ValueEmitter.IsSet(member.Type, local);
        var indent = "        ";
        if (isSet is not null)
        {
            code.Append($"        if ({isSet})\n        {{\n");
            indent += "    ";
        }

        var (written, inner) = ValueEmitter.Underlying(member.Type) is { } underlying ? (underlying, $"{local}.GetValueOrDefault()") : (member.Type, local);
        code.Append($"{indent}writer.WriteTag({member.Tag}u);\n{indent}{ValueEmitter.Write(written, inner)}\n");
        if (isSet is not null)
            code.Append("        }\n");
    }

    private static void ReadMembers(StringBuilder code, SerializedType type, string plain)
    {
        for (var i = 0; i < type.Members.Count; i++)
        {
            var member = type.Members[i];
            var start = member is { HasInitializer: true, Parameter: { } parameter } ? Literal(parameter) : "default!";
            code.Append($"        {Names.Declared(member.Type)} m{i} = {start};\n");
            if (IsConditional(member))
                code.Append($"        var h{i} = false;\n");
        }

        code.Append("        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())\n        {\n            switch (tag)\n            {\n");
        for (var i = 0; i < type.Members.Count; i++)
        {
            var member = type.Members[i];
            var read = ValueEmitter.Read(ValueEmitter.Underlying(member.Type) ?? member.Type);
            code.Append($"                case {member.Tag}u: m{i} = {read}!; {(IsConditional(member) ? $"h{i} = true; " : "")}break;\n");
        }

        code.Append($"                default: reader.UnknownField(typeof({plain}), tag); break;\n            }}\n        }}\n\n");
    }

    // Constructor, initializer and then what neither of them sets.
    private static void Make(StringBuilder code, SerializedType type, string plain)
    {
        var later = Enumerable.Range(0, type.Members.Count).Where(i => type.Members[i].Parameter is null).ToList();
        if (type.Constructor is null)
        {
            code.Append($"        var made = ({plain})global::System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof({plain}));\n");
        }
        else
        {
            var arguments = type.Constructor.Parameters.Select(p => type.MemberOf(p) is { } member ? $"m{type.Members.IndexOf(member)}" : "message!");
            code.Append($"        var made = new {plain}({string.Join(", ", arguments)})");
            var inInitializer = later.Where(i => !type.Members[i].HasInitializer && CanSet(type, type.Members[i])).ToList();
            if (inInitializer.Count != 0)
                code.Append($" {{ {string.Join(", ", inInitializer.Select(i => $"{Escaped(type.Members[i])} = m{i}"))} }}");
            code.Append(";\n");
            later = [.. later.Except(inInitializer)];
        }

        foreach (var i in later)
        {
            var member = type.Members[i];
            var target = !IsInitOnly(member) && CanSet(type, member) ? $"made.{Escaped(member)}" : $"F{i}({(member.Symbol.ContainingType.IsValueType ? "ref " : "")}made)";
            code.Append($"        {(IsConditional(member) ? $"if (h{i}) " : "")}{target} = m{i};\n");
        }

        code.Append("        return made;\n");
    }

    // A way to fields that code cannot name, or set only while it makes the object.
    private static void WriteAccessor(StringBuilder code, SerializedType type, SerializedMember member, int index)
    {
        var isSetLater = member.Parameter is null && (type.Constructor is null || member.HasInitializer || !CanSet(type, member));
        if (CanGet(type, member) && !(isSetLater && (IsInitOnly(member) || !CanSet(type, member))))
            return;
        var owner = member.Symbol.ContainingType;
        code.Append($"""

                [global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = "{member.FieldName}")]
                private static extern ref {Names.Declared(member.Type)} F{index}({(owner.IsValueType ? "ref " : "")}{Names.Plain(owner)} value);

            """);
    }

    private static bool IsConditional(SerializedMember member) => member.HasInitializer && member.Parameter is null;

    private static bool CanGet(SerializedType type, SerializedMember member) =>
        type.CanSee(member.Symbol) && (member.Symbol is IFieldSymbol || (member.Symbol is IPropertySymbol { GetMethod: { } get } && type.CanSee(get)));

    private static bool CanSet(SerializedType type, SerializedMember member) => type.CanSee(member.Symbol) && member.Symbol switch
    {
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol { SetMethod: { } set } => type.CanSee(set),
        _ => false,
    };

    private static bool IsInitOnly(SerializedMember member) => member.Symbol is IPropertySymbol { SetMethod.IsInitOnly: true };

    private static string Escaped(SerializedMember member) =>
        SyntaxFacts.GetKeywordKind(member.Symbol.Name) == SyntaxKind.None ? member.Symbol.Name : $"@{member.Symbol.Name}";

    private static string Literal(IParameterSymbol parameter) =>
        $"({Names.Declared(parameter.Type)})({SymbolDisplay.FormatPrimitive(parameter.ExplicitDefaultValue!, quoteStrings: true, useHexadecimalNumbers: false)})";

    private static string Constraints(INamedTypeSymbol type)
    {
        var all = new StringBuilder();
        foreach (var parameter in type.TypeParameters)
        {
            var constraints = new List<string>();
            if (parameter.HasUnmanagedTypeConstraint)
                constraints.Add("unmanaged");
            else if (parameter.HasValueTypeConstraint)
                constraints.Add("struct");
            else if (parameter.HasReferenceTypeConstraint)
                constraints.Add("class");
            else if (parameter.HasNotNullConstraint)
                constraints.Add("notnull");
            constraints.AddRange(parameter.ConstraintTypes.Select(Names.Plain));
            if (parameter.HasConstructorConstraint && !parameter.HasValueTypeConstraint)
                constraints.Add("new()");
            if (constraints.Count != 0)
                all.Append($" where {parameter.Name} : {string.Join(", ", constraints)}");
        }

        return all.ToString();
    }
}
