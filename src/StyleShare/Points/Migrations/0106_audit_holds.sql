-- As before, but that it also names an account whose row is gone while a hold is open.
CREATE OR REPLACE VIEW audit_holds (problem, subject, detail) AS
SELECT 'held is not the sum of the open holds', account_id::text, format('%s, but %s', coalesce(m.held, 0), coalesce(h.points, 0))
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
