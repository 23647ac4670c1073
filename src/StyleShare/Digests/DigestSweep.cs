using StyleShare.Jobs;
using StyleShare.Storage;
using StyleShare.Sweeps;

namespace StyleShare.Digests;

/// <summary>Finds those whose morning it is, and has a job make each one's digest.</summary>
internal sealed class DigestSweep(DigestStore store, ICommitter committer, Ids ids, TimeProvider clock) : ISweep
{
    private const int PeopleAtOnce = 500;

    public string Name => "digests";

    /// <summary>So much later than the hour a digest may come.</summary>
    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public int Partitions => 1;

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        var people = await store.Candidates(cursor is null ? Guid.Empty : Guid.Parse(cursor), PeopleAtOnce, cancellation);
        var now = clock.GetUtcNow();
        var change = new Change();
        foreach (var person in people)
        {
            if (Digest.IsDue(now, Digest.ZoneOf(person.TimeZone, person.Locale), person.LastSentAt))
                change.Enqueue(DigestJob.Kind, new MakeDigest(person.UserId), ids.Next(), person.UserId.ToString("N"));
        }

        if (change.Rows > 0)
            await committer.Commit(change, cancellation);
        return new SweepStep(people.Length == PeopleAtOnce ? people[^1].UserId.ToString() : null, people.Length);
    }
}
