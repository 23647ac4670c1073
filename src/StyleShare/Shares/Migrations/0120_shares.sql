-- A share of a post or of a shop by a person. The code is made of the id, and is the key, for it is what comes in with links.
CREATE TABLE shares (
    code        text        PRIMARY KEY,
    id          uuid        NOT NULL,
    owner_id    uuid        NOT NULL,
    post_id     uuid,
    merchant_id uuid,
    channel     integer     NOT NULL,
    message     text        NOT NULL,
    locale      text        NOT NULL,
    state       integer     NOT NULL,
    error       text,
    clicks      bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    settled_at  timestamptz,
    ended_at    timestamptz,
    version     bigint      NOT NULL,
    CONSTRAINT shares_of_one_thing CHECK (num_nonnulls(post_id, merchant_id) = 1),
    CONSTRAINT shares_clicks CHECK (clicks >= 0)
) WITH (fillfactor = 80); -- room for new row versions on the same page: clicks change often and are in no index (HOT)

-- For the erasure of an account.
CREATE INDEX shares_of_owner ON shares (owner_id) WHERE ended_at IS NULL;
