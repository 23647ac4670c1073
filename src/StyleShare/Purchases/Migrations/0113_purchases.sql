-- Purchases, each written by its grain. The id is a hash of shop and reference (UUIDv8), so that a reference is used once. The
-- ledger's transaction has one of its own, which grows with time (UUIDv7): the ledger's indexes then grow at their end.
CREATE TABLE purchases (
    id          uuid        PRIMARY KEY,
    merchant_id uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    reference   text        NOT NULL,
    amount      bigint      NOT NULL,
    currency    text        NOT NULL,
    items       jsonb,
    share_code  text,
    -- Null if it gave nothing.
    transaction_id uuid,
    -- What it gave: to the buyer, to the shop's own account, and to those who brought the buyer in (null for nobody).
    earned      bigint      NOT NULL,
    unclaimed   bigint      NOT NULL,
    distributed jsonb,
    refunded    bigint      NOT NULL,
    occurred_at timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    version     bigint      NOT NULL,
    CONSTRAINT purchases_amounts CHECK (amount > 0 AND refunded BETWEEN 0 AND amount AND earned >= 0 AND unclaimed >= 0)
);

CREATE INDEX purchases_by_merchant ON purchases (merchant_id, created_at DESC, id DESC);
CREATE INDEX purchases_by_user ON purchases (user_id, created_at DESC, id DESC);

-- unclaimed is what the shop's own account gives back, in the transaction with the refund's id.
CREATE TABLE refunds (
    id          uuid        PRIMARY KEY,
    purchase_id uuid        NOT NULL,
    amount      bigint      NOT NULL,
    unclaimed   bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT refunds_amount CHECK (amount > 0 AND unclaimed >= 0)
);

CREATE INDEX refunds_by_purchase ON refunds (purchase_id);

-- What is to be taken from whom; each person's account grain does so in a transaction with the id that is here.
CREATE TABLE refund_parts (
    refund_id      uuid     NOT NULL,
    user_id        uuid     NOT NULL,
    level          smallint NOT NULL,
    points         bigint   NOT NULL CONSTRAINT refund_parts_points CHECK (points > 0),
    transaction_id uuid     NOT NULL,
    PRIMARY KEY (refund_id, user_id)
);

-- A row for whatever is wrong between purchases, refunds and the ledger.
CREATE VIEW audit_purchases (problem, subject, detail) AS
WITH given AS (
    SELECT p.id, p.transaction_id, p.earned, p.unclaimed,
        coalesce((SELECT sum((part->>'points')::bigint) FROM jsonb_array_elements(p.distributed) AS part), 0) AS distributed
    FROM purchases p
), posted AS (
    SELECT l.transaction_id,
        coalesce(sum(l.points) FILTER (WHERE a.kind = 1 AND l.kind = 'earn'), 0) AS earned,
        coalesce(sum(l.points) FILTER (WHERE a.kind = 1 AND l.kind = 'share'), 0) AS distributed,
        coalesce(sum(l.points) FILTER (WHERE a.kind = 13), 0) AS unclaimed
    FROM ledger_lines l JOIN point_accounts a ON a.id = l.account_id
    WHERE l.transaction_id IN (SELECT transaction_id FROM purchases)
    GROUP BY l.transaction_id
), returned AS (
    SELECT purchase_id, sum(amount) AS amount, sum(unclaimed) AS unclaimed FROM refunds GROUP BY purchase_id
), taken AS (
    SELECT r.purchase_id, part.user_id, sum(part.points) AS points
    FROM refunds r JOIN refund_parts part ON part.refund_id = r.id GROUP BY r.purchase_id, part.user_id
), due AS (
    SELECT p.id, share.user_id, div(sum(share.points) * p.refunded, p.amount) AS points
    FROM purchases p CROSS JOIN LATERAL (
        SELECT p.user_id, p.earned AS points
        UNION ALL
        SELECT (part->>'userId')::uuid, (part->>'points')::bigint FROM jsonb_array_elements(p.distributed) AS part) AS share
    WHERE p.refunded > 0 GROUP BY p.id, share.user_id, p.refunded, p.amount
)
SELECT 'purchase_not_as_posted', given.id::text,
    format('says %s earned, %s distributed, %s unclaimed; the ledger has %s, %s, %s', given.earned, given.distributed,
        given.unclaimed, coalesce(posted.earned, 0), coalesce(posted.distributed, 0), coalesce(posted.unclaimed, 0))
FROM given LEFT JOIN posted ON posted.transaction_id = given.transaction_id
WHERE (given.earned, given.distributed, given.unclaimed)
    <> (coalesce(posted.earned, 0), coalesce(posted.distributed, 0), coalesce(posted.unclaimed, 0))
UNION ALL
SELECT 'refunds_not_as_said', p.id::text, format('says %s refunded; its refunds sum to %s', p.refunded, coalesce(r.amount, 0))
FROM purchases p LEFT JOIN returned r ON r.purchase_id = p.id
WHERE p.refunded <> coalesce(r.amount, 0)
UNION ALL
SELECT 'unclaimed_not_in_proportion', p.id::text, format('%s of %s were to be given back, not %s',
    div(p.unclaimed::numeric * p.refunded, p.amount), p.unclaimed, r.unclaimed)
FROM purchases p JOIN returned r ON r.purchase_id = p.id
WHERE r.unclaimed <> div(p.unclaimed::numeric * p.refunded, p.amount)
UNION ALL
SELECT 'part_not_in_proportion', coalesce(due.id, taken.purchase_id)::text,
    format('%s were to be taken from %s, not %s', coalesce(due.points, 0), coalesce(due.user_id, taken.user_id), coalesce(taken.points, 0))
FROM due FULL JOIN taken ON taken.purchase_id = due.id AND taken.user_id = due.user_id
WHERE coalesce(due.points, 0) <> coalesce(taken.points, 0)
UNION ALL
SELECT 'refund_not_as_posted', r.id::text, format('%s unclaimed were to be given back; the ledger has %s', r.unclaimed, posted.points)
FROM refunds r CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.points), 0) AS points FROM ledger_lines l WHERE l.transaction_id = r.id AND l.points > 0) AS posted
WHERE r.unclaimed <> posted.points
UNION ALL
-- What the refund's job has still to do is no problem.
SELECT 'part_not_as_posted', part.transaction_id::text, format('%s were to be taken; the ledger has %s', part.points, posted.points)
FROM refund_parts part CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.points), 0) AS points FROM ledger_lines l WHERE l.transaction_id = part.transaction_id AND l.points > 0) AS posted
WHERE part.points <> posted.points
    AND NOT (posted.points = 0 AND EXISTS (SELECT FROM jobs WHERE kind = 'claw-back' AND id = part.refund_id));
