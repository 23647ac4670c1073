-- What was given up after its last try, with all that is needed to try it again.
CREATE TABLE dead_letters (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    kind text NOT NULL,
    key text,
    payload jsonb NOT NULL,
    error text NOT NULL,
    tries integer NOT NULL,
    history jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    died_at timestamptz NOT NULL
);

-- Operators read the newest first, of all or of one kind.
CREATE INDEX dead_letters_newest ON dead_letters (died_at, id);
CREATE INDEX dead_letters_kind ON dead_letters (source, kind, died_at, id);
