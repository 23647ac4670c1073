namespace StyleShare.Jobs;

/// <summary>A job as it was claimed by a worker. It is still that worker's as long as the row says the same worker and try.</summary>
/// <param name="Payload">JSON text.</param>
/// <param name="Errors">The failed tries before, as JSON text; null if there are none.</param>
internal sealed record JobRun(
    Guid Id, JobKind Kind, string? Key, string Payload, int Try, Guid Worker, string? Errors);
