-- Events are read in the order of their transactions, and within one in the order of position. Positions alone would not do:
-- they are given out before the commit, so that a lower one may become visible later. Of transactions a snapshot tells which
-- are still open, so that each event is read once and none is missed.
ALTER TABLE outbox ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE outbox DROP CONSTRAINT outbox_pkey;
CREATE UNIQUE INDEX outbox_ready ON outbox (partition, xid, position) WHERE not_before IS NULL;

-- Delayed ones cost nothing until they are due: then not_before becomes null and xid that of the transaction which did it.
CREATE INDEX outbox_delayed ON outbox (not_before) WHERE not_before IS NOT NULL;

-- A queue: rows live for milliseconds. Vacuumed by their number, whatever the size of what is delayed.
ALTER TABLE outbox SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.5);

-- Silos that read.
CREATE TABLE stream_readers (
    id uuid PRIMARY KEY,
    until timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Who reads a partition. Each new owner has a higher epoch, which acknowledgements name: those of a former owner do nothing.
CREATE TABLE stream_leases (
    partition smallint PRIMARY KEY,
    owner uuid,
    epoch bigint NOT NULL DEFAULT 0,
    until timestamptz
) WITH (fillfactor = 50);

INSERT INTO stream_leases (partition) SELECT generate_series(0, 63);
