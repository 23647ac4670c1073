-- Shops that give points, each with its program and the keys that its tills send; written by the shop's grain alone.
CREATE TABLE merchants (
    id         uuid        PRIMARY KEY,
    owner_id   uuid        NOT NULL,
    name       text        NOT NULL,
    currency   text        NOT NULL,
    program    jsonb       NOT NULL,
    -- A handful: those that are good, of each its id, a hash of its random part, and when it ends.
    keys       jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at  timestamptz,
    version    bigint      NOT NULL
);

CREATE INDEX merchants_by_owner ON merchants (owner_id);
