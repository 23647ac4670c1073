using System.Collections.Immutable;

namespace StyleShare;

/// <summary>A place in a list that is sorted by time and then by id, newest first; the key that the next page starts behind.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Position(DateTimeOffset At, Guid Id);

/// <summary>A part of a list, and where the next part starts; null at the end.</summary>
[GenerateSerializer, Immutable]
public sealed record Page<T>(ImmutableArray<T> Items, Position? Next);
