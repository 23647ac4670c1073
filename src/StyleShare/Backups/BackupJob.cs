using StyleShare.Jobs;

namespace StyleShare.Backups;

/// <summary>What the job comes with that makes a backup: nothing.</summary>
internal sealed record MakeBackup;

/// <summary>Makes a backup, and deletes those that are old enough. Cut off, it is made anew by another silo.</summary>
internal sealed class BackupJob(BackupMaker maker, BackupStore store) : IJobHandler<MakeBackup>
{
    /// <summary>
    /// Tried for some hours before operators have to look: a store or a database that is away comes back. A large database
    /// takes its time.
    /// </summary>
    public static readonly JobKind<MakeBackup> Kind = new("backup", BackupJson.Default.MakeBackup)
    {
        Tries = 10,
        TimeLimit = TimeSpan.FromHours(6),
        Concurrency = 1,
        MaxBackoff = TimeSpan.FromHours(1),
    };

    /// <inheritdoc/>
    public async Task Run(JobContext context, MakeBackup payload, CancellationToken cancellation)
    {
        try
        {
            await maker.Make(cancellation);
        }
        catch (Refusal e) when (e.Kind == RefusalKind.Unprocessable)
        {
            throw new JobRefused(e.Message);
        }

        await store.Clean(cancellation);
    }
}
