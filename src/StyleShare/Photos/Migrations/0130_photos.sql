-- Photos that people announced, and the pictures that they are. A picture is there once, however many photos are uploads of it:
-- its key is the SHA-256 of the original, and so are the keys of its renditions in the object store.

CREATE TABLE pictures (
    content     bytea       PRIMARY KEY,
    uses        integer     NOT NULL,              -- photos that are linked to it
    deleting    boolean     NOT NULL DEFAULT false, -- its renditions are being removed: nothing may be linked to it until they are
    rendered_at timestamptz,                       -- all of its renditions are stored since
    width       integer,
    height      integer,
    placeholder text,
    color       text,
    sizes       jsonb,
    CONSTRAINT pictures_content CHECK (octet_length(content) = 32),
    CONSTRAINT pictures_uses CHECK (uses >= 0),
    CONSTRAINT pictures_not_deleting CHECK (NOT deleting OR uses = 0),
    CONSTRAINT pictures_rendered CHECK (rendered_at IS NULL
        OR num_nulls(width, height, placeholder, color, sizes) = 0)
);

-- One row a photo, written by its grain. The state row goes first in a change, the picture that it is linked to behind it.
CREATE TABLE photos (
    id           uuid        PRIMARY KEY,
    owner_id     uuid        NOT NULL,
    state        integer     NOT NULL,             -- 0 awaits its upload, 1 is processed, 2 ready, 3 rejected
    reason       text,
    content_type text        NOT NULL,
    bytes        bigint      NOT NULL,
    sha256       text,
    content      bytea       REFERENCES pictures DEFERRABLE INITIALLY DEFERRED,
    created_at   timestamptz NOT NULL,
    version      bigint      NOT NULL,
    CONSTRAINT photos_state CHECK (state BETWEEN 0 AND 3),
    CONSTRAINT photos_ready CHECK (state <> 2 OR content IS NOT NULL),
    CONSTRAINT photos_rejected CHECK ((state = 3) = (reason IS NOT NULL))
);
CREATE INDEX photos_by_owner ON photos (owner_id, id DESC);
CREATE INDEX photos_by_content ON photos (content) WHERE content IS NOT NULL;

-- What shows a photo: written in the change of the post or the person that shows it. The key to the photo keeps one that is
-- shown from being removed, and one that was removed from being shown.
CREATE TABLE photo_uses (
    photo_id uuid    NOT NULL REFERENCES photos,
    kind     integer NOT NULL,                     -- 1 a post, 2 the avatar of a person
    subject  uuid    NOT NULL,
    PRIMARY KEY (photo_id, kind, subject)
);

-- Photos that nothing has shown yet. A table of its own and not a column, so that who shows a photo does not write its row.
CREATE TABLE photos_unused (
    photo_id uuid PRIMARY KEY REFERENCES photos ON DELETE CASCADE
);
