-- What a person wants to be told of; who never changed anything has no row. Wishes are texts such as 1:ip (kind 1, like:
-- in the inbox and pushed), so that kinds can be added without writing all rows.
CREATE TABLE preferences (
    user_id    uuid    PRIMARY KEY,
    wishes     text[]  NOT NULL,
    quiet_from text,
    quiet_to   text,
    time_zone  text,
    digest     boolean NOT NULL,
    version    bigint  NOT NULL
);
