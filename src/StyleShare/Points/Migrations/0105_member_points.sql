-- Members' accounts beside the ledger. All rows of an account are written by its grain, in one transaction with the row in
-- member_points, whose version fences them; that is why there are no foreign keys here.

-- Every debit of an account names the version that it was decided upon. held is the sum of the holds that are open.
CREATE TABLE member_points (
    account_id  uuid   PRIMARY KEY,
    merchant_id uuid   NOT NULL,
    user_id     uuid   NOT NULL,
    held        bigint NOT NULL CONSTRAINT member_points_held CHECK (held >= 0),
    version     bigint NOT NULL
) WITH (fillfactor = 70); -- changes often, and is in no index (HOT)

-- Points that are set aside for a till, or were. A hold writes no line and no lot: parts says of which lots its points are, as
-- [{"expiresAt": …, "points": …}].
CREATE TABLE point_holds (
    id              uuid        PRIMARY KEY,
    account_id      uuid        NOT NULL,
    points          bigint      NOT NULL CONSTRAINT point_holds_points CHECK (points > 0),
    parts           jsonb       NOT NULL,
    state           text        NOT NULL CONSTRAINT point_holds_state CHECK (state IN ('held', 'captured', 'voided', 'expired')),
    captured_points bigint,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    resolved_at     timestamptz,
    CONSTRAINT point_holds_captured CHECK (
        (state = 'captured') = (captured_points IS NOT NULL) AND coalesce(captured_points BETWEEN 1 AND points, true)),
    CONSTRAINT point_holds_resolved CHECK ((state = 'held') = (resolved_at IS NULL))
);

-- Few at any time: what an account has to know of its holds is read at each activation.
CREATE INDEX point_holds_open ON point_holds (account_id) WHERE state = 'held';
CREATE INDEX point_holds_by_account ON point_holds (account_id, created_at DESC, id DESC);

-- What people gave each other, by the id of the transaction. The note is what they wrote, and is forgotten with them.
CREATE TABLE point_gifts (
    id           uuid        PRIMARY KEY,
    merchant_id  uuid        NOT NULL,
    from_user_id uuid        NOT NULL,
    to_user_id   uuid        NOT NULL,
    points       bigint      NOT NULL CONSTRAINT point_gifts_points CHECK (points > 0),
    note         text,
    created_at   timestamptz NOT NULL
);
CREATE INDEX point_gifts_with_note ON point_gifts (from_user_id) WHERE note IS NOT NULL;

-- What must hold between holds, gifts and the ledger; a row for each violation.
CREATE VIEW audit_holds (problem, subject, detail) AS
SELECT 'held is not the sum of the open holds', m.account_id::text, format('%s, but %s', m.held, coalesce(h.points, 0))
FROM member_points m
    FULL JOIN (SELECT account_id, sum(points) AS points FROM point_holds WHERE state = 'held' GROUP BY 1) h USING (account_id)
WHERE coalesce(m.held, 0) <> coalesce(h.points, 0)
UNION ALL
SELECT 'more is held than there is', m.account_id::text, format('%s of %s', m.held, coalesce(a.balance, 0))
FROM member_points m LEFT JOIN point_accounts a ON a.id = m.account_id
WHERE m.held > coalesce(a.balance, 0)
UNION ALL
SELECT 'the parts of a hold do not sum to it', h.id::text, format('%s, but %s', h.points, p.points)
FROM point_holds h, LATERAL (SELECT sum(points) AS points FROM jsonb_to_recordset(h.parts) AS x (points bigint)) p
WHERE h.points IS DISTINCT FROM p.points
UNION ALL
SELECT 'more is held of a lot than it has', held.account_id::text, format('%s of %s', held.points, coalesce(l.remaining, 0))
FROM (
    SELECT h.account_id, coalesce(x."expiresAt", 'infinity') AS expires_at, sum(x.points) AS points
    FROM point_holds h, jsonb_to_recordset(h.parts) AS x ("expiresAt" timestamptz, points bigint)
    WHERE h.state = 'held' GROUP BY 1, 2) held
    LEFT JOIN point_lots l ON l.account_id = held.account_id AND l.expires_at = held.expires_at
WHERE held.points > coalesce(l.remaining, 0)
UNION ALL
SELECT 'a captured hold is not in the ledger as it was captured', h.id::text, format('%s, but %s', h.captured_points, l.points)
FROM point_holds h LEFT JOIN ledger_lines l ON l.transaction_id = h.id AND l.account_id = h.account_id AND l.kind = 'redemption'
WHERE h.state = 'captured' AND l.points IS DISTINCT FROM -h.captured_points
UNION ALL
SELECT 'a redemption in the ledger is of no captured hold', l.transaction_id::text, format('%s points', -l.points)
FROM ledger_lines l LEFT JOIN point_holds h ON h.id = l.transaction_id AND h.state = 'captured'
WHERE l.kind = 'redemption' AND l.seq IS NOT NULL AND h.id IS NULL
UNION ALL
SELECT 'a gift is not in the ledger as it was given', g.id::text, format('%s, but %s', g.points, l.points)
FROM point_gifts g LEFT JOIN ledger_lines l ON l.transaction_id = g.id AND l.kind = 'gift' AND l.points > 0
WHERE l.points IS DISTINCT FROM g.points;
