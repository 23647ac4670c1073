-- What would have been sent if there were credentials: the newest ones, for developers to look at.
CREATE TABLE dev_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    address text NOT NULL,
    message jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
