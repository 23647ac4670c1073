-- Through whom a person first came to a shop; one row a person and shop, written by one grain.
CREATE TABLE first_touches (
    merchant_id uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    through_id  uuid        NOT NULL,
    share_id    uuid        NOT NULL,
    touched_at  timestamptz NOT NULL,
    version     bigint      NOT NULL,
    PRIMARY KEY (merchant_id, user_id),
    CONSTRAINT first_touches_not_oneself CHECK (through_id <> user_id)
);

-- For the erasure of either account.
CREATE INDEX first_touches_of_user ON first_touches (user_id);
CREATE INDEX first_touches_through ON first_touches (through_id);
