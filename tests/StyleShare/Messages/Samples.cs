using System.Collections;
using System.Collections.Immutable;
using System.Reflection;

namespace StyleShare.Tests.Messages;

/// <summary>Makes values of any message type, no two alike, and compares them member by member.</summary>
internal sealed class Samples(IGrainFactory grains)
{
    private const int MaxDepth = 12;

    private int _count;

    public object? Of(Type type, int depth = 0)
    {
        if (depth > MaxDepth)
            return null;
        var number = ++_count;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying, depth + 1);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type == typeof(CancellationToken))
            return CancellationToken.None;
        if (type.IsAssignableTo(typeof(IAddressable)))
            return Reference(type, number);
        if (type.IsGenericType && type.GetInterfaces().Any(i => i == typeof(IEnumerable)))
            return Collection(type, depth);
        return Leaf(type, number) ?? Record(type, depth);
    }

    /// <summary>Where two values differ; null if nowhere.</summary>
    public static string? Difference(object? one, object? two, string path = "")
    {
        if (one is null || two is null || one.GetType() != two.GetType())
            return one is null && two is null ? null : $"{path}: {one ?? "null"} and {two ?? "null"}";
        if (one is string or IAddressable || one.GetType().IsPrimitive || one.GetType().Namespace == nameof(System))
            return one.Equals(two) ? null : $"{path}: {one} and {two}";
        if (one is IEnumerable items)
        {
            object?[] left = [.. items.Cast<object?>()], right = [.. ((IEnumerable)two).Cast<object?>()];
            return left.Length != right.Length ? $"{path}: {left.Length} and {right.Length} items"
                : left.Zip(right).Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(found => found is not null);
        }

        return one.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => Difference(property.GetValue(one), property.GetValue(two), $"{path}.{property.Name}"))
            .FirstOrDefault(found => found is not null);
    }

    private static object? Leaf(Type type, int number) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => $"text 한글 {number}",
        TypeCode.Boolean => true,
        TypeCode.DateTime => DateTime.UnixEpoch.AddSeconds(number),
        TypeCode.Char => (char)('a' + (number % 26)),
        >= TypeCode.SByte and <= TypeCode.Decimal => Convert.ChangeType(number % 100, type, null),
        _ when type == typeof(Guid) => Guid.NewGuid(),
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddSeconds(number),
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(number),
        _ when type == typeof(DateOnly) => DateOnly.FromDayNumber(number),
        _ when type == typeof(TimeOnly) => TimeOnly.MinValue.AddMinutes(number % 1_000),
        _ when type == typeof(Uri) => new Uri($"https://example.com/{number}"),
        _ when type == typeof(ReadOnlyMemory<byte>) => (ReadOnlyMemory<byte>)new[] { (byte)number },
        _ when type == typeof(object) => number,
        _ => null,
    };

    private object Reference(Type type, int number)
    {
        if (type.IsAssignableTo(typeof(IGrainWithGuidKey)))
            return grains.GetGrain(type, Guid.NewGuid());
        return type.IsAssignableTo(typeof(IGrainWithIntegerKey)) ? grains.GetGrain(type, number) : grains.GetGrain(type, $"key {number}");
    }

    // By the static factory that each of the immutable ones has: CreateRange.
    private object Collection(Type type, int depth)
    {
        var arguments = type.GetGenericArguments();
        var item = arguments.Length == 1 ? arguments[0] : typeof(KeyValuePair<,>).MakeGenericType(arguments);
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        items.Add(arguments.Length == 1 ? Of(item, depth + 1) : Activator.CreateInstance(item, [.. arguments.Select(a => Of(a, depth + 1))]));
        items.Add(arguments.Length == 1 ? Of(item, depth + 1) : Activator.CreateInstance(item, [.. arguments.Select(a => Of(a, depth + 1))]));
        var factory = typeof(ImmutableArray).Assembly.GetType($"{type.Namespace}.{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}")
            ?? throw new InvalidOperationException($"No sample of {type} can be made: give it one here.");
        var create = factory.GetMethods().Single(method => method.Name == "CreateRange" && method.GetParameters() is [{ ParameterType: { IsGenericType: true } taken }]
            && taken.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return create.MakeGenericMethod(arguments).Invoke(null, [items])!;
    }

    private object Record(Type type, int depth)
    {
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => c.GetParameters() is var parameters && !parameters.Any(p => p.ParameterType == type))
            .OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault();
        var made = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, depth + 1))]);
        foreach (var property in type.GetProperties().Where(p => p.IsDefined(typeof(IdAttribute)) && p.CanWrite))
            property.SetValue(made, Of(property.PropertyType, depth + 1));
        return made;
    }
}
