-- A statement that did not write what it had to: the state that a grain holds is not the stored one any more.
CREATE FUNCTION storage_stale(statement text, written bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stale: % wrote % rows only', statement, written USING ERRCODE = 'SS001';
END $$;

-- Which groups were committed. A committer that lost its connection asks here (by trying to write the same row) whether the
-- group that was under way is in the database or never will be. Each lane prunes its own rows.
CREATE TABLE commit_groups (
    lane uuid NOT NULL,
    sequence bigint NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lane, sequence)
);

-- IPersistentState. A cleared state stays as a row without state, so that its version never starts again.
CREATE TABLE grain_state (
    type text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    state jsonb,
    PRIMARY KEY (type, id)
) WITH (fillfactor = 80);

-- Events raised by changes, committed with them. Read by partition in the order of position: within a stream that is the
-- order of its commits, because a stream is written by one grain, one commit after the other.
CREATE TABLE outbox (
    partition smallint NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL,
    stream_namespace text NOT NULL,
    stream_key text NOT NULL,
    payload jsonb NOT NULL,
    not_before timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition, position)
);

-- The key ring that protects what is stored encrypted (ASP.NET Core Data Protection).
CREATE TABLE data_protection_keys (
    name text PRIMARY KEY,
    element text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
