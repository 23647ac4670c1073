-- The inbox of a person: written by their inbox grain only, whose row in inboxes fences every other row of theirs.
CREATE TABLE inboxes (
    user_id    uuid   PRIMARY KEY,
    last_line  uuid   NOT NULL,
    read_up_to uuid   NOT NULL,
    unread     bigint NOT NULL,
    position   bigint NOT NULL,
    version    bigint NOT NULL,
    CONSTRAINT inboxes_unread_not_negative CHECK (unread >= 0)
) WITH (fillfactor = 80);

-- A line. Ids are UUIDv7 and grow within an inbox, so the key is the order of the list; a line that nobody is in any more
-- (count 0) stays for a while, so that readers learn that it is gone.
CREATE TABLE notifications (
    user_id    uuid        NOT NULL,
    id         uuid        NOT NULL,
    kind       smallint    NOT NULL,
    post_id    uuid,
    comment_id uuid,
    korean     text,
    english    text,
    count      bigint      NOT NULL,
    changed    bigint      NOT NULL, -- the inbox's position at which it became what it is
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    CONSTRAINT notifications_count_not_negative CHECK (count >= 0)
) WITH (fillfactor = 80);

-- Which lines are open for a thing, and which ones changed since a reader was here.
CREATE INDEX notifications_by_thing ON notifications (user_id, kind, post_id, comment_id, id);
CREATE INDEX notifications_by_change ON notifications (user_id, changed, id);
-- Who was told of a post that is gone now.
CREATE INDEX notifications_mentions ON notifications (post_id, user_id) WHERE kind = 3 AND count > 0;
-- Rows come in the order of time, so a few pages of this say where the old ones are.
CREATE INDEX notifications_by_age ON notifications USING brin (created_at);

CREATE TABLE notification_actors (
    line_id  uuid        NOT NULL,
    actor_id uuid        NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (line_id, actor_id)
);
CREATE INDEX notification_actors_newest ON notification_actors (line_id, at DESC, actor_id DESC);
