-- A person: written by the user grain only, which also counts the followers.
-- A fillfactor below 100 leaves room for the new version of a row whose counter changed on the same page (HOT update).
CREATE TABLE users (
    id uuid PRIMARY KEY,
    handle text NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    bio text NOT NULL,
    avatar_photo_id uuid,
    locale text NOT NULL,
    followers bigint NOT NULL,
    created_at timestamptz NOT NULL,
    gone_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT users_followers_not_negative CHECK (followers >= 0)
) WITH (fillfactor = 80);

-- Names are claimed by grains; these stand behind them should two sign-ups ever hold the same claim. People who are gone
-- keep theirs no longer.
CREATE UNIQUE INDEX users_handle ON users (handle) WHERE gone_at IS NULL;
CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE gone_at IS NULL;

-- Who follows whom: written by the followed person's grain, together with its count. No foreign keys: that grain is the only
-- writer and knows whether the person is there, and checking would lock the rows of celebrities.
CREATE TABLE follows (
    follower_id uuid NOT NULL,
    followee_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (follower_id, followee_id)
);

CREATE INDEX follows_followers ON follows (followee_id, created_at DESC, follower_id DESC);
CREATE INDEX follows_following ON follows (follower_id, created_at DESC, followee_id DESC);
