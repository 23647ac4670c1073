-- When a person last got a digest, and up to which line of their inbox it went.
CREATE TABLE digests (
    user_id uuid PRIMARY KEY,
    up_to uuid NOT NULL,
    sent_at timestamptz NOT NULL
);
