-- The ledger of points: double entry, append-only. That every transaction sums to zero, and that a balance is the sum of its
-- lines and never below zero, is enforced here, also against a person with psql: inserting lines is the only way in which a
-- balance changes.

-- Whose points, in which shop. Of a member's accounts (1 what one has, 2 what one owes) the balance is kept here; those of the
-- shop's program (10 issued, 11 redeemed, 12 expired, 13 unclaimed, 14 corrected) are in nearly every transaction: were they
-- kept, they would be hot rows. They stay as they are, and their sums are taken from the lines.
CREATE TABLE point_accounts (
    id          uuid     PRIMARY KEY,
    merchant_id uuid     NOT NULL,
    user_id     uuid,
    kind        smallint NOT NULL CONSTRAINT point_accounts_kind CHECK (kind IN (1, 2, 10, 11, 12, 13, 14)),
    balance     bigint   NOT NULL DEFAULT 0,
    lines       bigint   NOT NULL DEFAULT 0,
    CONSTRAINT point_accounts_owner CHECK ((kind < 10) = (user_id IS NOT NULL)),
    CONSTRAINT point_accounts_balance CHECK (CASE kind WHEN 1 THEN balance >= 0 WHEN 2 THEN balance <= 0 ELSE balance = 0 END)
) WITH (fillfactor = 70); -- balance and lines change often and are in no index (HOT)

CREATE UNIQUE INDEX point_accounts_by_user ON point_accounts (user_id, merchant_id, kind) WHERE user_id IS NOT NULL;

-- How many lines it has is said before they come, so that nobody adds a pair to it later.
CREATE TABLE ledger_transactions (
    id          uuid        PRIMARY KEY,
    merchant_id uuid        NOT NULL,
    lines       smallint    NOT NULL CONSTRAINT ledger_transactions_lines CHECK (lines > 1),
    reference   text        NOT NULL CONSTRAINT ledger_transactions_reference CHECK (length(reference) <= 100),
    note        text,
    operator    text,
    created_at  timestamptz NOT NULL
);

-- seq counts the lines of a member's account from 1, without a gap; balance_after is the balance with this line.
CREATE TABLE ledger_lines (
    transaction_id uuid     NOT NULL,
    ordinal        smallint NOT NULL,
    account_id     uuid     NOT NULL,
    kind           text     NOT NULL CONSTRAINT ledger_lines_kind CHECK (kind IN (
                       'earn', 'share', 'redemption', 'expiry', 'clawBack', 'gift', 'settlement', 'correction')),
    points         bigint   NOT NULL CONSTRAINT ledger_lines_points CHECK (points <> 0),
    seq            bigint,
    balance_after  bigint,
    expires_at     timestamptz,
    PRIMARY KEY (transaction_id, ordinal),
    CONSTRAINT ledger_lines_kept CHECK ((seq IS NULL) = (balance_after IS NULL))
);

CREATE UNIQUE INDEX ledger_lines_by_account ON ledger_lines (account_id, seq) WHERE seq IS NOT NULL;

-- The points of a member by the time at which they expire. Drained lots are deleted. That remaining is in no index, nor in the
-- condition of one, keeps updates cheap (HOT).
CREATE TABLE point_lots (
    account_id uuid        NOT NULL,
    expires_at timestamptz NOT NULL,
    remaining  bigint      NOT NULL CONSTRAINT point_lots_remaining CHECK (remaining >= 0),
    PRIMARY KEY (account_id, expires_at)
) WITH (fillfactor = 80);

CREATE INDEX point_lots_by_end ON point_lots (expires_at, account_id) WHERE expires_at < 'infinity';

CREATE FUNCTION ledger_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is not allowed: the ledger is append-only, and balances change by new lines only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'SS011';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_lines
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER kept_by_lines BEFORE DELETE OR TRUNCATE ON point_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
-- What the trigger of ledger_lines does has the depth 1.
CREATE TRIGGER kept_by_lines_alone BEFORE UPDATE ON point_accounts
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_forbid();

CREATE FUNCTION ledger_accounts_start_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_accounts WHERE balance <> 0 OR lines <> 0) THEN
        RAISE EXCEPTION 'an account starts without points' USING ERRCODE = 'SS012';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER start_empty AFTER INSERT ON point_accounts
    REFERENCING NEW TABLE AS new_accounts FOR EACH STATEMENT EXECUTE FUNCTION ledger_accounts_start_empty();

-- Runs once a statement, for all its lines: the transactions have to be whole and to sum to zero, the lines of a member's
-- account to go on where the account is; then the accounts get their new balances.
CREATE FUNCTION ledger_lines_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad uuid;
    accounts bigint;
    moved bigint;
BEGIN
    SELECT l.transaction_id INTO bad
    FROM new_lines l
        LEFT JOIN ledger_transactions t ON t.id = l.transaction_id
        LEFT JOIN point_accounts a ON a.id = l.account_id
    GROUP BY l.transaction_id, t.lines
    HAVING sum(l.points) <> 0 OR t.lines IS DISTINCT FROM count(*) OR min(l.ordinal) <> 1 OR max(l.ordinal) <> count(*)
        OR NOT bool_and(coalesce(a.merchant_id = t.merchant_id AND (a.kind < 10) = (l.seq IS NOT NULL), false))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % does not sum to zero, is not whole, or has lines of accounts that cannot have them', bad
            USING ERRCODE = 'SS013';
    END IF;

    SELECT count(DISTINCT account_id) INTO accounts FROM new_lines WHERE seq IS NOT NULL;
    UPDATE point_accounts SET balance = given.balance, lines = given.last_seq
    FROM (
        SELECT account_id, min(seq) AS first_seq, max(seq) AS last_seq, count(*) AS lines, min(start) AS start,
            (min(start) + sum(points))::bigint AS balance, bool_and(coalesce(balance_after = before + points, before IS NULL)) AS chained
        FROM (
            SELECT account_id, seq, points, balance_after, before,
                CASE WHEN before IS NULL THEN balance_after::numeric - points END AS start
            FROM (
                SELECT account_id, seq, points, balance_after,
                    lag(balance_after) OVER (PARTITION BY account_id ORDER BY seq) AS before
                FROM new_lines WHERE seq IS NOT NULL) AS ordered) AS started
        GROUP BY account_id) AS given
    WHERE point_accounts.id = given.account_id AND point_accounts.lines = given.first_seq - 1
        AND point_accounts.balance = given.start AND given.chained AND given.last_seq - given.first_seq + 1 = given.lines;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> accounts THEN
        RAISE EXCEPTION 'lines of % accounts do not go on where their accounts are', accounts - moved USING ERRCODE = 'SS014';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_balances AFTER INSERT ON ledger_lines
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_added();
