-- Work to be done after the request, by whichever silo has room. A row is there as long as the job waits (worker is null) or
-- runs (worker says where); what is done is deleted, what is given up moves to dead_letters.
CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    key text,
    payload jsonb NOT NULL,
    due_at timestamptz NOT NULL,
    -- Counted when the job is claimed, so that a job which takes its process down comes to an end, too.
    tries integer NOT NULL DEFAULT 0,
    worker uuid,
    started_at timestamptz,
    -- Asked for again while it ran: it runs once more afterwards, with this payload, from this time on.
    again_payload jsonb,
    again_at timestamptz,
    percent smallint,
    note text,
    -- The failed tries, as in dead_letters.history.
    errors jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.5);

-- What is due, by kind: a look at the beginning of the kind's part, however many wait behind it.
CREATE INDEX jobs_waiting ON jobs (kind, due_at, id) WHERE worker IS NULL;
-- What a worker that died had under way.
CREATE INDEX jobs_running ON jobs (worker) WHERE worker IS NOT NULL;
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key) WHERE key IS NOT NULL;

-- Those that claim jobs; who has not been seen for some seconds is dead, and its jobs go to others.
CREATE TABLE job_workers (
    id uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Jobs that are done, of kinds whose outcome somebody waits for.
CREATE TABLE jobs_done (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    key text,
    tries integer NOT NULL,
    note text,
    done_at timestamptz NOT NULL DEFAULT now(),
    forget_at timestamptz NOT NULL
);

CREATE INDEX jobs_done_forget ON jobs_done (forget_at);
