-- Answers to idempotent requests, written in the transaction of what they answer. The answer is encrypted, for it may hold
-- tokens; with it the request's fingerprint, for it is a hash of a body that may hold a password.
CREATE TABLE idempotent_requests (
    id text PRIMARY KEY,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idempotent_requests_created_at ON idempotent_requests (created_at);
