using System.Collections.Immutable;
using StyleShare.Jobs;

namespace StyleShare.Accounts;

/// <summary>All sessions of a person that were started up to a time are to end.</summary>
public sealed record EndSessions(Guid UserId, DateTimeOffset StartedUpTo);

/// <summary>Ends sessions after the password was replaced: at once, and by a job too, should the silo die half way.</summary>
internal sealed class SessionEnder(IGrainFactory grains, AccountStore store) : IJobHandler<EndSessions>
{
    /// <summary>It may not be given up soon: whoever stole the password has such a session.</summary>
    public static readonly JobKind<EndSessions> Kind = new("end-sessions", AccountJson.Default.EndSessions)
    {
        Tries = 30,
        MaxBackoff = TimeSpan.FromMinutes(10),
    };

    private const int Batch = 100;

    public Task Run(JobContext context, EndSessions payload, CancellationToken cancellation) => End(payload.UserId, payload.StartedUpTo);

    /// <summary>Ends them; returns when all have ended.</summary>
    public async Task End(Guid user, DateTimeOffset startedUpTo)
    {
        ImmutableArray<Guid> before = [];
        while (await store.UnrevokedSessions(user, startedUpTo, Batch) is { Length: > 0 } sessions)
        {
            if (sessions.SequenceEqual(before))
                throw new InvalidOperationException($"{sessions.Length} sessions are still there after they were ended.");
            await Task.WhenAll(sessions.Select(session => grains.GetGrain<ISessionGrain>(session).Revoke()));
            before = sessions;
        }
    }
}
