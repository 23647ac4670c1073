using System.Collections.Immutable;

namespace EngineTests.Serialization;

public enum Colour : byte
{
    None,
    Red,
    Blue = 200,
}

[GenerateSerializer]
public enum Direction
{
    Down = -1,
    Flat,
    Up,
}

/// <summary>Of all kinds that are written without a codec.</summary>
[GenerateSerializer, Immutable]
public sealed record Everything(
    bool Bool, byte Byte, sbyte SByte, short Short, ushort UShort, int Int, uint UInt, long Long, ulong ULong, char Char, float Float, double Double,
    decimal Decimal, string? Text, Guid Guid, DateTime Time, DateTimeOffset At, TimeSpan Span, DateOnly Day, TimeOnly Clock, Colour Colour,
    Direction? Direction, int? Number, bool? Flag, Guid? Id, DateTimeOffset? Then, ImmutableArray<string> Words, ImmutableArray<byte> Bytes, Point Point);

[GenerateSerializer, Immutable]
public readonly record struct Point(int X, int Y);

/// <summary>Its numbers are given, and one of its members is not of its constructor.</summary>
[GenerateSerializer, Immutable, Alias("engine-tests.parcel")]
public sealed record Parcel([property: Id(3)] string Name, [property: Id(1)] int Weight)
{
    [Id(0)]
    public Parcel? Inside { get; init; }

    [Id(40)]
    public Point Place { get; init; }

    // No member of the message.
    public int Double => Weight * 2;
}

/// <summary>What has defaults of its own, which are not those of the types.</summary>
[GenerateSerializer]
public sealed record Settings(int Tries = 3, string Name = "none")
{
    [Id(0)]
    public int Limit { get; init; } = 10;

    [Id(1)]
    public bool IsOn { get; init; } = true;

    [Id(2)]
    public string? Word { get; set; } = "word";

    [Id(3)]
    public required int Needed { get; init; }

    [Id(4)]
    public ImmutableArray<int> List { get; init; } = [1];
}

/// <summary>As <see cref="Settings"/> was before: nothing of what it has now.</summary>
[GenerateSerializer]
public sealed record OlderSettings
{
    [Id(3)]
    public required int Needed { get; init; }
}

[GenerateSerializer]
public sealed record NameCard(string Name);

/// <summary>The next version of <see cref="NameCard"/>.</summary>
[GenerateSerializer]
public sealed record NewerNameCard(string Name, string? Title = null);

/// <summary>A version that changed a type, which nobody should.</summary>
[GenerateSerializer]
public sealed record ChangedNameCard(int Name);

[GenerateSerializer]
public sealed record Sheet<T>(ImmutableArray<T> Items, T? Extra);

/// <summary>Base classes and those derived from them have numbers of their own each.</summary>
[GenerateSerializer]
public abstract class Shape
{
    [Id(0)]
    public string Name { get; init; } = "";

    [Id(1)]
    private int _secret;

    public int Secret => _secret;

    public void Keep(int secret) => _secret = secret;
}

[GenerateSerializer]
public class Circle : Shape
{
    [Id(0)]
    public double Radius { get; init; }
}

[GenerateSerializer]
public sealed class Ring : Circle
{
    public Ring(double hole) => Hole = hole;

    [Id(0)]
    public double Hole { get; }

    [Id(1)]
    internal int Internal;
}

public interface IThing;

[GenerateSerializer]
public sealed record Box(IThing? Thing, object? Any, Shape? Shape, Circle? Circle) : IThing;

/// <summary>Nobody may call its constructor.</summary>
[GenerateSerializer]
public sealed class Walled
{
    private Walled(string text) => Text = text;

    [Id(0)]
    public string Text { get; }

    public static Walled Make(string text) => new(text);
}

[GenerateSerializer]
public sealed record Tree(int Value, ImmutableArray<Tree> Children);

/// <summary>Refuses some of what it is given.</summary>
[GenerateSerializer]
public sealed record Strict
{
    public Strict(int value) => Value = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));

    [Id(0)]
    public int Value { get; init; }
}

/// <summary>May go through calls and has no serializer.</summary>
[Immutable]
public sealed record NoSerializer(int Value);

[GenerateSerializer]
public sealed record HoldsNoSerializer(NoSerializer? Value);

/// <summary>May contain itself.</summary>
[GenerateSerializer]
public sealed class Knot
{
    [Id(0)]
    public Knot? Next { get; set; }
}

[GenerateSerializer]
public sealed class BrokenPartException : InvalidOperationException
{
    public BrokenPartException(int part, string message, Exception? inner = null)
        : base(message, inner) => Part = part;

    [Id(0)]
    public int Part { get; }
}

/// <summary>Without a serializer, and without a constructor that others know how to call.</summary>
public sealed class PlainException(int number) : Exception($"number {number}")
{
    public int Number { get; } = number;
}

public interface IWireGrain : IGrainWithStringKey
{
    Task<Sheet<Parcel>?> Send(string? text, Parcel? parcel, int number, IWireGrain? other, CancellationToken cancellation);

    Task Nothing();

    Task<HoldsNoSerializer?> Wrong(NoSerializer value);

    ValueTask<int> Strictly(Strict strict);
}

public interface IMoreWireGrain : IWireGrain
{
    Task More(int? number);
}

public sealed class WireGrain : Grain, IMoreWireGrain
{
    public Task<Sheet<Parcel>?> Send(string? text, Parcel? parcel, int number, IWireGrain? other, CancellationToken cancellation) =>
        Task.FromResult<Sheet<Parcel>?>(null);

    public Task Nothing() => Task.CompletedTask;

    public Task<HoldsNoSerializer?> Wrong(NoSerializer value) => Task.FromResult<HoldsNoSerializer?>(null);

    public ValueTask<int> Strictly(Strict strict) => new(strict.Value);

    public Task More(int? number) => Task.CompletedTask;
}
