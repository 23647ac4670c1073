using Microsoft.Extensions.Options;
using StyleShare.Sweeps;

namespace StyleShare.Accounts;

/// <summary>Deletes sessions that ended long ago.</summary>
internal sealed class EndedSessions(AccountStore store, TimeProvider clock, IOptions<AccountOptions> options) : ISweep
{
    private const int DeletedAtOnce = 1_000;

    public string Name => "ended-sessions";

    public TimeSpan Every => options.Value.SessionCleanup;

    public int Partitions => 1;

    public async Task<SweepStep> Step(int partition, string? cursor, CancellationToken cancellation)
    {
        // Somewhat later than they end, so that a refresh a moment too late finds out by its row.
        var deleted = await store.DeleteEndedSessions(clock.GetUtcNow() - TimeSpan.FromDays(1), DeletedAtOnce, cancellation);
        // What is deleted is not found again: there is nothing to remember but that there may be more.
        return new SweepStep(deleted == DeletedAtOnce ? "more" : null, deleted);
    }
}
