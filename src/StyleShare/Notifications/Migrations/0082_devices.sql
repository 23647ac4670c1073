-- Devices that pushes go to. An address (a token, a subscription) belongs to one device: to the one that gave it last.
CREATE TABLE devices (
    user_id       uuid        NOT NULL,
    device_id     text        NOT NULL,
    platform      smallint    NOT NULL,
    address       text        NOT NULL,
    address_hash  bytea       NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_id)
);
CREATE UNIQUE INDEX devices_address ON devices (address_hash);

-- What is to be pushed to each device, in order. What it says is written when it is sent: it may have changed until then,
-- or be gone.
CREATE TABLE push_queue (
    user_id      uuid        NOT NULL,
    device_id    text        NOT NULL,
    position     bigint      GENERATED ALWAYS AS IDENTITY,
    id           uuid        NOT NULL,
    line_id      uuid        NOT NULL,
    collapse_key text        NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_id, position)
);

-- Up to which line a person was told by mail, and when.
CREATE TABLE notification_mails (
    user_id uuid        PRIMARY KEY,
    up_to   uuid        NOT NULL,
    sent_at timestamptz NOT NULL
);
