-- Whom a person wants nothing to do with (block), and whom they want to hear nothing of (mute).
CREATE TABLE blocks (
    blocker_id uuid        NOT NULL,
    blocked_id uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX blocks_of ON blocks (blocked_id, blocker_id);

CREATE TABLE mutes (
    muter_id   uuid        NOT NULL,
    muted_id   uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (muter_id, muted_id)
);
