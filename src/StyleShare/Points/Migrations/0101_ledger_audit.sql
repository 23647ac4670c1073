-- A row for each violation of what the ledger promises; no row: not a point was lost or made. Nothing here relies on the
-- triggers having run: all is computed from the rows as they are.
CREATE VIEW ledger_audit (problem, subject, detail) AS
SELECT 'transaction_not_whole', coalesce(t.id, l.transaction_id)::text,
    format('sums to %s; has %s lines of %s', coalesce(l.total, 0), coalesce(l.lines, 0), coalesce(t.lines::text, 'none, for its head is missing'))
FROM ledger_transactions t
    FULL JOIN (SELECT transaction_id, count(*) AS lines, sum(points) AS total FROM ledger_lines GROUP BY 1) l
    ON l.transaction_id = t.id
WHERE (l.total = 0 AND l.lines = t.lines) IS NOT TRUE
UNION ALL
SELECT 'balance_not_sum_of_lines', coalesce(a.id, l.account_id)::text,
    format('%s: has %s points and %s lines; the lines are %s, numbered %s to %s, and sum to %s',
        CASE WHEN a.id IS NULL THEN 'unknown account' ELSE 'kind ' || a.kind END,
        a.balance, a.lines, coalesce(l.lines, 0), l.first, l.last, coalesce(l.total, 0))
FROM (SELECT * FROM point_accounts WHERE kind < 10) a
    FULL JOIN (
        SELECT account_id, count(*) AS lines, min(seq) AS first, max(seq) AS last, count(seq) AS numbered, sum(points) AS total
        FROM ledger_lines WHERE seq IS NOT NULL GROUP BY 1) l
    ON l.account_id = a.id
WHERE a.id IS NULL OR a.balance <> coalesce(l.total, 0) OR a.lines <> coalesce(l.lines, 0)
    OR coalesce(l.first, 1) <> 1 OR coalesce(l.last, 0) <> a.lines
UNION ALL
SELECT 'chain_broken', account_id::text, format('line %s has %s points and leaves %s; before it there were %s', seq, points, balance_after, before)
FROM (
    SELECT account_id, seq, points, balance_after,
        lag(balance_after, 1, 0::bigint) OVER (PARTITION BY account_id ORDER BY seq) AS before
    FROM ledger_lines WHERE seq IS NOT NULL) chain
WHERE balance_after <> before::numeric + points OR balance_after IS NULL
UNION ALL
SELECT 'line_of_wrong_account', l.transaction_id::text, format('line %s, account %s', l.ordinal, l.account_id)
FROM ledger_lines l
    LEFT JOIN point_accounts a ON a.id = l.account_id
    LEFT JOIN ledger_transactions t ON t.id = l.transaction_id
WHERE (a.merchant_id = t.merchant_id AND (a.kind < 10) = (l.seq IS NOT NULL)) IS NOT TRUE
UNION ALL
SELECT 'lots_not_balance', coalesce(a.id, l.account_id)::text,
    format('has %s points and %s in %s lots', a.balance, coalesce(l.remaining, 0), coalesce(l.lots, 0))
FROM (SELECT id, balance FROM point_accounts WHERE kind = 1) a
    FULL JOIN (SELECT account_id, count(*) AS lots, sum(remaining) AS remaining FROM point_lots GROUP BY 1) l ON l.account_id = a.id
WHERE a.id IS NULL OR a.balance <> coalesce(l.remaining, 0)
UNION ALL
SELECT 'account_wrong', id::text, format('kind %s of shop %s and person %s has %s points', kind, merchant_id, user_id, balance)
FROM point_accounts
WHERE NOT CASE kind WHEN 1 THEN balance >= 0 WHEN 2 THEN balance <= 0 ELSE balance = 0 AND lines = 0 END
    -- The id is the first bytes of a hash, with version and variant of UUID 8 put in.
    OR uuid_send(id) <> substr((
        SELECT set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 128), 8, (get_byte(hash, 8) & 63) | 128)
        FROM sha256(uuid_send(merchant_id) || uuid_send(coalesce(user_id, '00000000-0000-0000-0000-000000000000')) || int2send(kind)) AS hash), 1, 16)
UNION ALL
SELECT 'ledger_not_zero', 'all lines', format('sum to %s', sum(points)) FROM ledger_lines HAVING sum(points) <> 0;
