-- Where on a channel a person's shares go. What lets us in is encrypted with the key ring, bound to person and channel, and is
-- forgotten as soon as the channel does not take it any more; token_id tells one token from the next.
CREATE TABLE connections (
    user_id      uuid        NOT NULL,
    channel      integer     NOT NULL,
    label        text        NOT NULL,
    sealed       bytea       NOT NULL,
    token_id     uuid        NOT NULL,
    connected_at timestamptz NOT NULL,
    revoked_at   timestamptz,
    PRIMARY KEY (user_id, channel)
);
