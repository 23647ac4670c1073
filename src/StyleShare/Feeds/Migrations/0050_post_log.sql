-- What was published lately: one row a post, whoever follows its author. Each silo tails it in commit order, which the
-- transaction's number and a snapshot give (see RecentPostsReader); rows older than an hour are pruned.
CREATE TABLE post_log (
    xid       xid8        NOT NULL DEFAULT pg_current_xact_id(),
    post_id   uuid        NOT NULL,
    author_id uuid        NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX post_log_by_xid ON post_log (xid);
