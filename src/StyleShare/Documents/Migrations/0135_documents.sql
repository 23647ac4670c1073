-- A file that a person keeps: its bytes are in object storage, under private/documents/{id}.
CREATE TABLE documents (
    id           uuid        PRIMARY KEY,
    owner_id     uuid        NOT NULL,
    name         text        NOT NULL,
    content_type text        NOT NULL,
    bytes        bigint      NOT NULL,
    state        integer     NOT NULL,
    created_at   timestamptz NOT NULL,
    version      bigint      NOT NULL
);

-- For the bound on each person's documents, and for the erasure of an account.
CREATE INDEX documents_of_owner ON documents (owner_id);

-- Announced (1) and never uploaded, or rejected (3): removed after a day.
CREATE INDEX documents_unfinished ON documents (created_at, id) WHERE state IN (1, 3);
