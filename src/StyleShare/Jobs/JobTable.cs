using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>A job to be written.</summary>
internal readonly record struct NewJob(Guid Id, string Kind, string? Key, string Payload, DateTimeOffset? NotBefore);

/// <summary>What is written to the tables of this feature in changes.</summary>
internal static class JobTable
{
    private static readonly Column<NewJob>[] NewJobColumns =
    [
        Column.Uuid<NewJob>("id", job => job.Id),
        Column.Text<NewJob>("kind", job => job.Kind),
        Column.Text<NewJob>("key", job => job.Key),
        Column.Jsonb<NewJob>("payload", job => job.Payload),
        Column.Timestamptz<NewJob>("not_before", job => job.NotBefore),
    ];

    // Times are the database's: silos' clocks may differ.
    private static readonly Statement<NewJob> InsertFree = new(
        "jobs_insert",
        """
        INSERT INTO jobs (id, kind, payload, due_at)
        SELECT id, kind, payload, coalesce(not_before, now()) FROM rows
        ON CONFLICT (id) DO NOTHING
        """,
        Expect.Any,
        NewJobColumns)
    { Table = "jobs", Key = job => job.Id.GetHashCode(), Signal = JobSql.Signal };

    // Changes of one group may want the same job; the order keeps lanes from locking keys crosswise.
    private static readonly Statement<NewJob> InsertKeyed = new(
        "jobs_insert_keyed",
        """
        INSERT INTO jobs (id, kind, key, payload, due_at)
        SELECT DISTINCT ON (kind, key) id, kind, key, payload, coalesce(not_before, now()) FROM rows ORDER BY kind, key, id
        ON CONFLICT (kind, key) WHERE key IS NOT NULL DO UPDATE
        SET again_payload = excluded.payload, again_at = excluded.due_at
        WHERE jobs.worker IS NOT NULL
        """,
        Expect.Any,
        NewJobColumns)
    { Table = "jobs", Key = job => HashCode.Combine(job.Kind, job.Key), Signal = JobSql.Signal };

    private static readonly Column<JobRun>[] RunColumns =
    [
        Column.Uuid<JobRun>("id", run => run.Id),
        Column.Uuid<JobRun>("worker", run => run.Worker),
        Column.Integer<JobRun>("try", run => run.Try),
    ];

    private static readonly Statement<JobRun> DeleteFree = new(
        "jobs_complete",
        "DELETE FROM jobs USING rows WHERE jobs.id = rows.id AND jobs.worker = rows.worker AND jobs.tries = rows.try",
        Expect.EveryRow,
        RunColumns);

    // Locks the row, so that whether it is wanted again does not change between the two statements that follow.
    private static readonly Statement<JobRun> Hold = new(
        "jobs_complete_keyed",
        """
        UPDATE jobs SET percent = 100 FROM rows
        WHERE jobs.id = rows.id AND jobs.worker = rows.worker AND jobs.tries = rows.try
        """,
        Expect.EveryRow,
        RunColumns);

    private static readonly Statement<JobRun> DeleteKeyed = new(
        "jobs_complete_keyed_done",
        "DELETE FROM jobs USING rows WHERE jobs.id = rows.id AND jobs.worker = rows.worker AND again_at IS NULL",
        Expect.Any,
        RunColumns);

    private static readonly Statement<JobRun> WaitAgain = new(
        "jobs_complete_keyed_again",
        $"UPDATE jobs SET {JobSql.AgainSet} FROM rows WHERE jobs.id = rows.id AND jobs.worker = rows.worker AND again_at IS NOT NULL",
        Expect.Any,
        RunColumns);

    private static readonly Statement<JobRun> KeepDone = new(
        "jobs_done_insert",
        """
        INSERT INTO jobs_done (id, kind, key, tries, forget_at)
        SELECT id, kind, key, try, now() + make_interval(secs => keep) FROM rows
        ON CONFLICT (id) DO UPDATE SET tries = excluded.tries, done_at = excluded.done_at, forget_at = excluded.forget_at
        """,
        Expect.Any,
        [
            .. RunColumns,
            Column.Text<JobRun>("kind", run => run.Kind.Name),
            Column.Text<JobRun>("key", run => run.Key),
            Column.Double<JobRun>("keep", run => run.Kind.KeepDone!.Value.TotalSeconds),
        ]);

    public static void Insert(Change change, NewJob job) => change.Add(job.Key is null ? InsertFree : InsertKeyed, job);

    /// <summary>Completes a job in a change, which is refused as stale if the job is not that worker's any more.</summary>
    public static void Complete(Change change, JobRun run)
    {
        if (run.Key is null)
        {
            change.Add(DeleteFree, run);
        }
        else
        {
            change.Add(Hold, run);
            change.Add(DeleteKeyed, run);
            change.Add(WaitAgain, run);
        }

        if (run.Kind.KeepDone is not null)
            change.Add(KeepDone, run);
    }
}
