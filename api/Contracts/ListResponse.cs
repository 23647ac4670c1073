namespace StyleShare.Api.Contracts;

/// <summary>A part of a list.</summary>
/// <param name="Items">What is in this part.</param>
/// <param name="Next">The <c>cursor</c> of the next part; null at the end.</param>
public sealed record ListResponse<T>(IReadOnlyList<T> Items, string? Next);
