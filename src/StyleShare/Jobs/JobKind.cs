using System.Text.Json.Serialization.Metadata;

namespace StyleShare.Jobs;

/// <summary>What all jobs of one kind have in common. Declared once, in a static field of the feature that handles it.</summary>
/// <param name="Name">Names it in the tables, for ever: 1 to 50 of <c>a-z0-9-</c>.</param>
public abstract record JobKind(string Name)
{
    /// <summary>How often a job is tried before it is a dead letter; a try that a crash cut off counts.</summary>
    public int Tries { get; init; } = 10;

    /// <summary>
    /// How long a try may take; then its token is cancelled and the try has failed. It must be shorter than the time in
    /// which somebody misses the outcome, and much longer than the work usually takes.
    /// </summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many jobs of the kind a silo runs at once: enough to keep what they wait for busy, not more.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>The longest pause between two tries; the pause behind try n is n⁴ seconds, with jitter.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromDays(1);

    /// <summary>For how long <see cref="IJobs.Find"/> knows of a job that is done; null for not at all.</summary>
    public TimeSpan? KeepDone { get; init; }
}

/// <summary>A kind of job whose payload is <typeparamref name="TPayload"/>.</summary>
/// <param name="Name">Names it in the tables, for ever: 1 to 50 of <c>a-z0-9-</c>.</param>
/// <param name="Type">How the payload is written as JSON. Jobs outlive versions: fields may be added, not renamed.</param>
public sealed record JobKind<TPayload>(string Name, JsonTypeInfo<TPayload> Type) : JobKind(Name);
