namespace StyleShare.DeadLetters;

/// <summary>Which dead letters are meant; what is null does not matter.</summary>
/// <param name="Source">Exactly this source.</param>
/// <param name="Kind">Exactly this kind.</param>
/// <param name="Error">The last error contains this text, in upper or lower case.</param>
/// <param name="DiedAfter">Given up at this time or later.</param>
/// <param name="DiedBefore">Given up before this time.</param>
public sealed record DeadLetterFilter(
    string? Source = null,
    string? Kind = null,
    string? Error = null,
    DateTimeOffset? DiedAfter = null,
    DateTimeOffset? DiedBefore = null);
