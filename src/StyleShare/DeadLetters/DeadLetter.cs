using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleShare.DeadLetters;

/// <summary>Work that was given up: a job or an event after its last try.</summary>
/// <param name="Id">Its id; a second letter with the same one is not written.</param>
/// <param name="Source">What it was: <see cref="DeadLetterSources"/>.</param>
/// <param name="Kind">The job's kind, or what the event was for.</param>
/// <param name="Key">The job's or the stream's key; null if there was none.</param>
/// <param name="Payload">JSON text: all that its source needs to revive it, besides the above.</param>
/// <param name="Error">The last error.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="History">The failed tries, the oldest first; of many only the last ones.</param>
/// <param name="CreatedAt">When the work came to be.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadLetter(
    Guid Id,
    string Source,
    string Kind,
    string? Key,
    string Payload,
    string Error,
    int Tries,
    ImmutableArray<FailedTry> History,
    DateTimeOffset CreatedAt,
    DateTimeOffset DiedAt);

/// <summary>A try that failed.</summary>
/// <param name="Try">Which one, from 1.</param>
/// <param name="At">When it ended.</param>
/// <param name="Error">Why.</param>
public sealed record FailedTry(int Try, DateTimeOffset At, string Error);

/// <summary>Where dead letters come from.</summary>
public static class DeadLetterSources
{
    /// <summary>A job.</summary>
    public const string Job = "job";

    /// <summary>An event of a durable stream.</summary>
    public const string Event = "event";
}

/// <summary>How histories, and answers to operators, are kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<FailedTry>))]
[JsonSerializable(typeof(FailedTry))]
[JsonSerializable(typeof(DeadLetterCount))]
public sealed partial class DeadLetterJson : JsonSerializerContext;
