using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Orleans.Embedded.CodeGenerator;

/// <summary>Writes the reference of a grain interface, with one request class a method.</summary>
internal static class InterfaceEmitter
{
    private static readonly DiagnosticDescriptor[] OfMeaning = [Diagnostics.MutableMessage, Diagnostics.NotSerializable, Diagnostics.KeyKind];

    public static Unit Emit(INamedTypeSymbol type)
    {
        var findings = new List<Finding>();
        var name = type.ToDisplayString();
        CheckInterface(type, name, findings);

        var methods = MethodsOf(type);
        foreach (var method in methods.Where(m => SymbolEqualityComparer.Default.Equals(m.ContainingType, type)))
            CheckMethod(method, findings);

        // What could not be compiled is not written; messages that are wrong in meaning still are.
        var isBroken = findings.Any(f => !OfMeaning.Contains(f.Rule))
            || methods.Any(method => !IsCallable(method));
        var proxy = "Reference_" + Names.Identifier(type);
        return new Unit(
            proxy,
            isBroken ? "" : Write(type, proxy, methods),
            isBroken ? "" : $"builder.AddInterface(typeof({Names.Plain(type)}), \"{name}\", static (shared, key) => new {proxy}(shared, key)); builder.AddMethods({proxy}.Describe);",
            new EquatableList<Finding>(findings));
    }

    private static void CheckInterface(INamedTypeSymbol type, string name, List<Finding> findings)
    {
        if (type.IsGenericType || type.ContainingType is { IsGenericType: true })
            findings.Add(Finding.At(type, Diagnostics.GenericType, name));
        if (!Orleans.IsVisible(type))
            findings.Add(Finding.At(type, Diagnostics.NotAccessible, name));
        var kinds = Orleans.KeyKindsOf(type);
        // What all grains may implement has no kind of its own.
        if (kinds.Length != 1 && name != Orleans.Remindable)
            findings.Add(Finding.At(type, Diagnostics.KeyKind, name, kinds.Length == 0 ? "has no kind of key" : "has more than one kind of key"));
        foreach (var member in type.GetMembers().Where(m => m is IPropertySymbol or IEventSymbol && !m.IsStatic))
            findings.Add(Finding.At(member, Diagnostics.NotAMethod, Name(member)));
    }

    private static List<IMethodSymbol> MethodsOf(INamedTypeSymbol type)
    {
        var methods = new List<IMethodSymbol>();
        foreach (var level in type.AllInterfaces.Insert(0, type))
        {
            foreach (var method in level.GetMembers().OfType<IMethodSymbol>())
            {
                if (method.MethodKind == MethodKind.Ordinary && !method.IsStatic && method.IsAbstract)
                    methods.Add(method);
            }
        }

        return methods;
    }

    private static bool IsCallable(IMethodSymbol method) =>
        Result(method) is not null && !method.IsGenericMethod && method.Parameters.All(p => p.RefKind == RefKind.None);

    private static void CheckMethod(IMethodSymbol method, List<Finding> findings)
    {
        var name = Name(method);
        if (method.IsGenericMethod)
            findings.Add(Finding.At(method, Diagnostics.GenericMethod, name));
        if (method.ReturnType.OriginalDefinition.ToDisplayString() == "System.Collections.Generic.IAsyncEnumerable<T>")
            findings.Add(Finding.At(method, Diagnostics.AsyncEnumerable, name));
        else if (Result(method) is not { } result)
            findings.Add(Finding.At(method, Diagnostics.NotATask, name, method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
        else if (result.Type is { } type && !method.IsGenericMethod && Immutability.Check(type) is { } wrong)
            findings.Add(Finding.At(method, wrong.Rule, "The result", name, wrong.Why));
        if (Orleans.Has(method, Orleans.OneWay) && Result(method) is { Type: not null })
            findings.Add(Finding.At(method, Diagnostics.NotATask, name, "a result, though it is [OneWay]"));

        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
                findings.Add(Finding.At(parameter, Diagnostics.ByReference, name, parameter.Name));
            else if (!method.IsGenericMethod && !Orleans.IsImmutable(parameter) && Immutability.Check(parameter.Type) is { } wrong)
                findings.Add(Finding.At(parameter, wrong.Rule, $"The parameter '{parameter.Name}'", name, wrong.Why));
        }
    }

    // Null if it returns no task; a null type is a task without a result.
    private static (ITypeSymbol? Type, bool IsValueTask)? Result(IMethodSymbol method)
    {
        if (method.ReturnType is not INamedTypeSymbol type)
            return null;
        return type.OriginalDefinition.ToDisplayString() switch
        {
            "System.Threading.Tasks.Task" => (null, false),
            "System.Threading.Tasks.ValueTask" => (null, true),
            "System.Threading.Tasks.Task<TResult>" => (type.TypeArguments[0], false),
            "System.Threading.Tasks.ValueTask<TResult>" => (type.TypeArguments[0], true),
            _ => null,
        };
    }

    private static string Write(INamedTypeSymbol type, string proxy, List<IMethodSymbol> methods)
    {
        var code = new StringBuilder(Names.Header);
        code.Append($$"""
            namespace {{Names.Namespace}};

            internal sealed class {{proxy}} : global::Orleans.Embedded.GrainProxy, {{Names.Plain(type)}}
            {
                public {{proxy}}(global::Orleans.Runtime.GrainReferenceShared shared, global::Orleans.Runtime.IdSpan key) : base(shared, key) { }

            """);
        for (var i = 0; i < methods.Count; i++)
            WriteMethod(code, methods[i], RequestName(methods[i], i));
        WriteDescription(code, methods);
        for (var i = 0; i < methods.Count; i++)
            WriteRequest(code, methods[i], RequestName(methods[i], i));
        return code.Append("}\n").ToString();
    }

    private static string RequestName(IMethodSymbol method, int index) =>
        $"{method.Name}_{index.ToString(CultureInfo.InvariantCulture)}";

    private static void WriteMethod(StringBuilder code, IMethodSymbol method, string request)
    {
        var (_, isValueTask) = Result(method)!.Value;
        var parameters = string.Join(", ", method.Parameters.Select((p, i) => $"{Names.Declared(p.Type)} a{i}"));
        var arguments = string.Join(", ", method.Parameters.Select((_, i) => $"A{i} = a{i}"));
        var call = $"Call(new {request} {{ {arguments} }})";
        code.Append($$"""

                {{Names.Declared(method.ReturnType)}} {{Names.Plain(method.ContainingType)}}.{{Names.Called(method)}}({{parameters}}) => {{(isValueTask ? $"new({call})" : call)}};

            """);
    }

    private static void WriteDescription(StringBuilder code, List<IMethodSymbol> methods)
    {
        code.Append("\n    internal static void Describe(global::Orleans.Embedded.GrainManifestBuilder builder)\n    {\n");
        for (var i = 0; i < methods.Count; i++)
        {
            var request = RequestName(methods[i], i);
            code.Append($"        builder.AddMethod({request}.Descriptor, static () => new {request}());\n");
        }

        code.Append("    }\n");
    }

    private static void WriteRequest(StringBuilder code, IMethodSymbol method, string request)
    {
        var (result, isValueTask) = Result(method)!.Value;
        var count = method.Parameters.Length;
        var owner = Names.Plain(method.ContainingType);
        var valueTask = "global::System.Threading.Tasks.ValueTask" + (result is null ? "" : $"<{Names.Declared(result)}>");
        var parent = result is null ? "global::Orleans.Embedded.VoidRequest" : $"global::Orleans.Embedded.Request<{Names.Declared(result)}>";
        var types = string.Concat(method.Parameters.Select(p => $", typeof({Names.Plain(p.Type)})"));
        var arguments = string.Join(", ", method.Parameters.Select((_, i) => $"A{i}"));
        var call = $"(({owner})target).{Names.Called(method)}({arguments})";
        if (!isValueTask)
            call = $"new({call})";
        code.Append($$"""

                private sealed class {{request}} : {{parent}}
                {
                    internal static readonly global::Orleans.Embedded.MethodDescriptor Descriptor = new(typeof({{owner}}), "{{method.Name}}", {{Options(method)}}, {{Timeout(method)}}{{types}});

                    public override global::Orleans.Embedded.MethodDescriptor Method => Descriptor;

                    protected override {{valueTask}} {{(result is null ? "CallVoid" : "Call")}}(object target) => {{call}};

            """);
        for (var i = 0; i < count; i++)
            code.Append($"        public {Names.Declared(method.Parameters[i].Type)} A{i} = default!;\n");
        if (count > 0)
            WriteArguments(code, method);
        code.Append("    }\n");
    }

    private static void WriteArguments(StringBuilder code, IMethodSymbol method)
    {
        var parameters = method.Parameters;
        code.Append($"\n        public override int GetArgumentCount() => {parameters.Length};\n");
        code.Append("\n        public override object? GetArgument(int index) => index switch { ");
        for (var i = 0; i < parameters.Length; i++)
            code.Append($"{i} => A{i}, ");
        code.Append("_ => base.GetArgument(index) };\n");
        code.Append("\n        public override void SetArgument(int index, object value)\n        {\n            switch (index)\n            {\n");
        for (var i = 0; i < parameters.Length; i++)
            code.Append($"                case {i}: A{i} = ({Names.Declared(parameters[i].Type)})value; break;\n");
        code.Append("                default: base.SetArgument(index, value); break;\n            }\n        }\n");

        code.Append("\n        protected override void WriteArguments(ref global::Orleans.Embedded.WireWriter writer)\n        {\n");
        for (var i = 0; i < parameters.Length; i++)
            code.Append($"            {ValueEmitter.Write(parameters[i].Type, $"A{i}")}\n");
        code.Append("        }\n\n        protected override void ReadArguments(ref global::Orleans.Embedded.WireReader reader)\n        {\n");
        for (var i = 0; i < parameters.Length; i++)
            code.Append($"            A{i} = {ValueEmitter.Read(parameters[i].Type)}!;\n");
        code.Append("        }\n");

        var token = parameters.FirstOrDefault(p => p.Type.ToDisplayString() == "System.Threading.CancellationToken");
        if (token is not null)
        {
            code.Append("\n        public override global::System.Threading.CancellationToken CancellationToken\n        {\n");
            code.Append($"            get => A{token.Ordinal};\n            set => A{token.Ordinal} = value;\n        }}\n");
        }
    }

    private static string Options(IMethodSymbol method)
    {
        var options = new List<string>();
        foreach (var (attribute, name) in new[] { (Orleans.ReadOnly, "ReadOnly"), (Orleans.AlwaysInterleave, "AlwaysInterleave"), (Orleans.OneWay, "OneWay") })
        {
            if (Orleans.Has(method, attribute))
                options.Add("global::Orleans.Embedded.CallOptions." + name);
        }

        return options.Count == 0 ? "global::Orleans.Embedded.CallOptions.None" : string.Join(" | ", options);
    }

    private static string Timeout(IMethodSymbol method)
    {
        var attribute = Orleans.Find(method, Orleans.ResponseTimeout) ?? Orleans.Find(method.ContainingType, Orleans.ResponseTimeout);
        return attribute is { ConstructorArguments.Length: 1 } && attribute.ConstructorArguments[0].Value is string text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout)
            ? ((long)Math.Min(Math.Max(1, timeout.TotalMilliseconds), int.MaxValue / 2)).ToString(CultureInfo.InvariantCulture)
            : "0";
    }

    private static string Name(ISymbol member) => $"{member.ContainingType.Name}.{member.Name}";
}
