-- Events that a consumer has handled, written in its own commit: a second one is refused. Kept for longer than an event can
-- come again.
CREATE TABLE handled_events (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.5);

CREATE INDEX handled_events_old ON handled_events (handled_at);

-- How often an event was tried that did not go well the first time. A row goes when the event was handled or given up.
CREATE TABLE stream_failures (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    tries integer NOT NULL,
    -- As in dead_letters.history.
    errors jsonb NOT NULL DEFAULT '[]',
    tried_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
