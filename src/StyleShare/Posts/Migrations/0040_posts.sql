-- Posts, and what people do with them. All rows of a post are written by its grain, in one transaction with the row in
-- posts, whose version fences them; that is why there are no foreign keys here: they would lock and look up the post once
-- more for each like, and could refuse nothing that the version has not refused.

CREATE TABLE posts (
    id          uuid        PRIMARY KEY,
    author_id   uuid        NOT NULL,
    created_at  timestamptz NOT NULL,
    edited_at   timestamptz,
    deleted_at  timestamptz,
    likes       bigint      NOT NULL,
    comments    bigint      NOT NULL,
    shares      bigint      NOT NULL,
    saves       bigint      NOT NULL,
    version     bigint      NOT NULL,
    CONSTRAINT posts_counts CHECK (likes >= 0 AND comments >= 0 AND shares >= 0 AND saves >= 0)
) WITH (fillfactor = 80); -- room for new row versions on the same page: counts change often and are in no index (HOT)

-- Ids are UUIDv7, so this is newest first as well. Feeds read it too.
CREATE INDEX posts_by_author ON posts (author_id, id DESC) WHERE deleted_at IS NULL;

-- Apart from the counts, so that a like writes a narrow row. The row goes when the post is deleted.
CREATE TABLE post_contents (
    post_id   uuid   PRIMARY KEY,
    caption   text   NOT NULL,
    photo_ids uuid[] NOT NULL,
    items     jsonb  NOT NULL,
    tags      text[] NOT NULL,
    mentions  text[] NOT NULL
);

CREATE TABLE post_tags (
    tag     text NOT NULL,
    post_id uuid NOT NULL,
    PRIMARY KEY (tag, post_id)
);

-- The key starts with the person, so that it serves both "does X like this" and "what does X like" (for erasure); the other
-- index serves the list. A like pays for two indexes only.
CREATE TABLE likes (
    post_id    uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX likes_by_post ON likes (post_id, created_at DESC, user_id DESC);

CREATE TABLE saves (
    post_id    uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX saves_by_user ON saves (user_id, created_at DESC, post_id DESC);

CREATE TABLE comments (
    id         uuid        PRIMARY KEY,
    post_id    uuid        NOT NULL,
    author_id  uuid        NOT NULL,
    text       text        NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX comments_by_post ON comments (post_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX comments_by_author ON comments (author_id, id) WHERE deleted_at IS NULL;
