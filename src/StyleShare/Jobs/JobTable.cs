using StyleShare.DeadLetters;
using StyleShare.Storage;

namespace StyleShare.Jobs;

/// <summary>A job to be written.</summary>
internal readonly record struct NewJob(Guid Id, string Kind, string? Key, string Payload, DateTimeOffset? NotBefore);

/// <summary>What is written to the tables of this feature in changes.</summary>
/// <remarks>
/// Times are the database's, for silos' clocks may differ. A row is a worker's own as long as it names the worker and the
/// try; what a worker writes about a job that is not its own any more does nothing.
/// </remarks>
internal static class JobTable
{
    // Found by id: coalesce keeps the planner off the index of running jobs, which it takes for tiny, and which would be
    // gone through for each row.
    private const string Own = "jobs.id = rows.id AND coalesce(jobs.worker = rows.worker, false) AND jobs.tries = rows.try";

    private static readonly Column<NewJob>[] NewJobColumns =
    [
        Column.Uuid<NewJob>("id", job => job.Id),
        Column.Text<NewJob>("kind", job => job.Kind),
        Column.Text<NewJob>("key", job => job.Key),
        Column.Jsonb<NewJob>("payload", job => job.Payload),
        Column.Timestamptz<NewJob>("not_before", job => job.NotBefore),
    ];

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

    private static readonly Column<JobResult>[] ResultColumns =
    [
        Column.Uuid<JobResult>("id", result => result.Run.Id),
        Column.Uuid<JobResult>("worker", result => result.Run.Worker),
        Column.Integer<JobResult>("try", result => result.Run.Try),
        Column.Text<JobResult>("error", result => result.Error),
        Column.Jsonb<JobResult>("errors", HistoryOf),
        Column.Double<JobResult>("after", result => result.After.TotalSeconds),
        Column.Boolean<JobResult>("counted", result => result.Verdict != JobVerdict.Postpone),
    ];

    private static readonly Statement<JobRun> DeleteFree = Delete("jobs_done", Expect.Any);
    private static readonly Statement<JobRun> DeleteFreeOrFail = Delete("jobs_done_or_fail", Expect.EveryRow);
    private static readonly Statement<JobRun> Hold = HoldRow("jobs_hold", Expect.Any);
    private static readonly Statement<JobRun> HoldOrFail = HoldRow("jobs_hold_or_fail", Expect.EveryRow);

    private static readonly Statement<JobRun> KeepDone = new(
        "jobs_done_keep",
        $"""
        INSERT INTO jobs_done (id, kind, key, tries, note, forget_at)
        SELECT jobs.id, jobs.kind, jobs.key, jobs.tries, jobs.note, now() + make_interval(secs => keep)
        FROM rows JOIN jobs ON {Own}
        ON CONFLICT (id) DO UPDATE SET
            tries = excluded.tries, note = excluded.note, done_at = excluded.done_at, forget_at = excluded.forget_at
        """,
        Expect.Any,
        [.. RunColumns, Column.Double<JobRun>("keep", run => run.Kind.KeepDone!.Value.TotalSeconds)]);

    private static readonly Statement<JobRun> DeleteUnlessAgain = new(
        "jobs_delete_unless_again", $"DELETE FROM jobs USING rows WHERE {Own} AND again_at IS NULL", Expect.Any, RunColumns);

    private static readonly Statement<JobRun> WaitAgain = new(
        "jobs_again",
        $"""
        UPDATE jobs SET worker = NULL, started_at = NULL, tries = 0, errors = NULL, percent = NULL, note = NULL,
            payload = again_payload, due_at = again_at, again_payload = NULL, again_at = NULL
        FROM rows WHERE {Own} AND again_at IS NOT NULL
        """,
        Expect.Any,
        RunColumns)
    { Signal = JobSql.Signal };

    private static readonly Statement<JobResult> Wait = new(
        "jobs_wait",
        $"""
        UPDATE jobs SET worker = NULL, started_at = NULL, tries = jobs.tries - (NOT counted)::int,
            errors = coalesce(rows.errors, jobs.errors), due_at = now() + make_interval(secs => after)
        FROM rows WHERE {Own}
        """,
        Expect.Any,
        ResultColumns)
    { Signal = JobSql.Signal };

    private static readonly Statement<JobResult> BuryRow = new(
        "jobs_bury",
        $"""
        INSERT INTO dead_letters (id, source, kind, key, payload, error, tries, history, created_at, died_at)
        SELECT jobs.id, '{DeadLetterSources.Job}', kind, key, payload, error, tries, rows.errors, created_at, now()
        FROM rows JOIN jobs ON {Own}
        ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, error = excluded.error, tries = excluded.tries,
            history = excluded.history, created_at = excluded.created_at, died_at = excluded.died_at
        """,
        Expect.Any,
        ResultColumns);

    public static void Insert(Change change, NewJob job) => change.Add(job.Key is null ? InsertFree : InsertKeyed, job);

    /// <summary>Completes a job in somebody's change, which is refused as stale if the job is not that worker's any more.</summary>
    public static void Complete(Change change, JobRun run)
    {
        if (IsPlain(run))
            change.Add(DeleteFreeOrFail, run);
        else
            Finish(change, [run], HoldOrFail);
    }

    /// <summary>Writes how tries ended, as one change of few executions.</summary>
    public static Change Write(IReadOnlyList<JobResult> results)
    {
        var change = new Change();
        foreach (var result in results.Where(r => r.Verdict == JobVerdict.Done && IsPlain(r.Run)))
            change.Add(DeleteFree, result.Run);
        foreach (var result in results.Where(r => r.Verdict is JobVerdict.Retry or JobVerdict.Postpone))
            change.Add(Wait, result);
        Finish(change, [.. results.Where(r => r.Verdict == JobVerdict.Done && !IsPlain(r.Run)).Select(r => r.Run)], Hold);
        Bury(change, [.. results.Where(r => r.Verdict == JobVerdict.Dead)]);
        return change;
    }

    private static bool IsPlain(JobRun run) => run.Key is null && run.Kind.KeepDone is null;

    private static void Bury(Change change, IReadOnlyList<JobResult> dead)
    {
        Add(change, Hold, dead.Select(r => r.Run));
        foreach (var result in dead)
            change.Add(BuryRow, result);
        Leave(change, [.. dead.Select(r => r.Run)]);
    }

    private static void Finish(Change change, IReadOnlyList<JobRun> runs, Statement<JobRun> hold)
    {
        Add(change, hold, runs);
        Add(change, KeepDone, runs.Where(run => run.Kind.KeepDone is not null));
        Leave(change, runs);
    }

    // The rows are held, so whether they are wanted again does not change between the two statements.
    private static void Leave(Change change, IReadOnlyList<JobRun> runs)
    {
        Add(change, DeleteUnlessAgain, runs);
        Add(change, WaitAgain, runs.Where(run => run.Key is not null));
    }

    // All rows of a statement together: statements keep their order, so taking turns would be an execution a row.
    private static void Add(Change change, Statement<JobRun> statement, IEnumerable<JobRun> runs)
    {
        foreach (var run in runs)
            change.Add(statement, run);
    }

    private static Statement<JobRun> Delete(string name, Expect expect) =>
        new(name, $"DELETE FROM jobs USING rows WHERE {Own}", expect, RunColumns);

    private static Statement<JobRun> HoldRow(string name, Expect expect) =>
        new(name, $"UPDATE jobs SET percent = percent FROM rows WHERE {Own}", expect, RunColumns);

    private static string? HistoryOf(JobResult result) => result.Error is null
        ? null
        : JobRules.Append(result.Run.Errors, new FailedTry(result.Run.Try, result.EndedAt, result.Error));
}
