-- One row a running process. It says every few seconds that it lives; who has not been seen for half a minute is removed by
-- whoever sees it.
CREATE TABLE silos (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    -- host:port where it serves HTTP; null until it listens.
    address text,
    version text NOT NULL,
    state text NOT NULL CHECK (state IN ('starting', 'ready', 'draining', 'stopping')),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    drain_asked_at timestamptz,
    -- What it measures of itself: {"cpu": 0.43, "cores": 2, …}.
    metrics jsonb
) WITH (fillfactor = 50);

-- How many silos the load asks for, and what the next sample is judged by: one row, written by whichever silo is the first
-- to see that a sample is due.
CREATE TABLE scale_signal (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    wanted integer NOT NULL DEFAULT 1 CHECK (wanted >= 1),
    since timestamptz NOT NULL DEFAULT now(),
    reasons text[] NOT NULL DEFAULT ARRAY['nothing asks for more than one'],
    samples_above integer NOT NULL DEFAULT 0,
    calm_since timestamptz,
    sampled_at timestamptz,
    load jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);

INSERT INTO scale_signal DEFAULT VALUES;
