using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>Writes down what became of deliveries, and decides when an event is given up.</summary>
internal sealed class DeliveryOutcomes(
    FailedEvents failures,
    ICommitter committer,
    IOptions<StreamOptions> options,
    StreamMeters meters,
    TimeProvider clock,
    ILogger<DurableConsumer> log)
{
    private const int MaxError = 4_000;
    private const string Interrupted = "The silo ended, or the activation, before the try did.";

    /// <summary>Whether an event that is tried for so many times now has had its last try before.</summary>
    public bool IsOver(int tries) => tries > options.Value.Tries;

    /// <inheritdoc cref="FailedEvents.Begin"/>
    public Task<Dictionary<Guid, int>> Count(string consumer, IReadOnlyCollection<Guid> events) => failures.Begin(consumer, events);

    /// <inheritdoc cref="FailedEvents.Forgive"/>
    public Task Uncount(string consumer, IReadOnlyCollection<Guid> events) =>
        events.Count == 0 ? Task.CompletedTask : TryWrite(consumer, () => failures.Forgive(consumer, events));

    /// <inheritdoc cref="FailedEvents.Forget"/>
    public Task Forget(string consumer, IReadOnlyCollection<Guid> events) =>
        events.Count == 0 ? Task.CompletedTask : TryWrite(consumer, () => failures.Forget(consumer, events));

    /// <summary>Counts what went well.</summary>
    public void Delivered(IReadOnlyList<StreamEvent> events) => meters.Delivered(events, clock.GetUtcNow());

    /// <summary>A try failed; true if it was the last one, and the event is a dead letter now.</summary>
    public async Task<bool> Failed(string consumer, StreamId stream, StreamEvent raised, Exception error)
    {
        var (tries, errors) = await failures.Fail(consumer, raised.Id, clock.Now(), Storable(error));
        meters.Failed(consumer);
        log.TryFailed(consumer, raised.Id, tries, options.Value.Tries, error);
        if (tries < options.Value.Tries)
            return false;
        await Bury(consumer, stream, raised, tries, errors);
        return true;
    }

    /// <summary>An event whose last try never came to an end.</summary>
    public async Task BuryInterrupted(string consumer, StreamId stream, StreamEvent raised, int tries)
    {
        var (_, errors) = await failures.Fail(consumer, raised.Id, clock.Now(), Interrupted);
        await Bury(consumer, stream, raised, tries, errors);
    }

    private async Task Bury(string consumer, StreamId stream, StreamEvent raised, int tries, ImmutableArray<FailedTry> errors)
    {
        var change = new Change();
        change.Bury(DeadEvents.LetterOf(consumer, stream, raised, tries, errors, clock.Now()));

        // Until it is acknowledged it could come again.
        change.MarkHandled(consumer, raised.Id);
        change.Add(FailedEvents.Delete, (consumer, raised.Id));
        await committer.Commit(change);
        meters.Died(consumer);
        log.Died(consumer, raised.Id, tries);
    }

    /// <summary>PostgreSQL takes no NUL in text; and a stack trace is told by its beginning.</summary>
    private static string Storable(Exception error)
    {
        var text = error.ToString();
        return DeadLetterTable.Storable(text.Length <= MaxError ? text : text[..MaxError]);
    }

    /// <summary>Counts matter less than what is delivered: one that cannot be written now is not worth a delivery.</summary>
    private async Task TryWrite(string consumer, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            log.CountNotWritten(consumer, e);
        }
    }
}
