using Microsoft.Extensions.Logging;
using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Streams;

/// <summary>
/// Events that never came to a consumer in all the time that the engine tries for, because its grain cannot be activated:
/// dead letters, like those that a consumer gave up.
/// </summary>
internal sealed class UndeliveredEvents(ICommitter committer, StreamMeters meters, TimeProvider clock, ILogger<UndeliveredEvents> log)
{
    /// <summary>How long the engine tries.</summary>
    public static readonly TimeSpan TriedFor = TimeSpan.FromDays(1);

    // No consumer's name: whoever subscribes gets them again when they are revived.
    private const string Consumer = "";

    /// <summary>Writes down what the engine gave up of a partition, so that it can be acknowledged.</summary>
    public async Task Bury(PartitionBuffer buffer, CancellationToken cancellation)
    {
        foreach (var (stream, events) in buffer.TakeGivenUp())
        {
            var written = false;
            try
            {
                var change = new Change();
                foreach (var queued in events)
                {
                    var failed = new FailedTry(1, clock.Now(), $"It could not be delivered for {TriedFor}: its consumer does not take it.");
                    change.Bury(DeadEvents.LetterOf(Consumer, stream, queued.Event, 1, [failed], clock.Now()));
                }

                await committer.Commit(change, cancellation);
                written = true;
                log.GivenUp(TriedFor, events.Count);
                foreach (var _ in events)
                    meters.Died(Consumer);
            }
            finally
            {
                buffer.GivenUp(stream, events, written);
            }
        }
    }
}
