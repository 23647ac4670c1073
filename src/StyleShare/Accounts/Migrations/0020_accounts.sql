-- How people prove who they are. The person's own row is in users.
CREATE TABLE credentials (
    user_id uuid PRIMARY KEY,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    erase_asked_at timestamptz,
    erased_at timestamptz,
    version bigint NOT NULL
);

-- What the eraser still has to do.
CREATE INDEX credentials_to_erase ON credentials (erase_asked_at) WHERE erase_asked_at IS NOT NULL AND erased_at IS NULL;

-- One row per sign-in; it holds the hash of the current refresh token only.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    generation integer NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    version bigint NOT NULL
);

CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Sessions whose access tokens every silo must refuse; kept until the last of those has expired. Stamped by the database,
-- for silos' clocks differ and each asks what came after what it saw last.
CREATE TABLE revoked_sessions (
    session_id uuid PRIMARY KEY,
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX revoked_sessions_by_time ON revoked_sessions (revoked_at);

-- Keys that sign access tokens, shared by all silos.
CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    signs_from timestamptz NOT NULL
);
