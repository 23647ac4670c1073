-- Resets of the password that were asked for and not used: hashes of the secrets in the mails, with their ends.
ALTER TABLE credentials ADD COLUMN resets jsonb;
ALTER TABLE credentials ADD COLUMN password_changed_at timestamptz;

-- Mails about accounts of the last day, so that nobody's mailbox is filled by who knows their address. Of the address only a
-- hash.
CREATE TABLE account_mails (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    address_key text NOT NULL,
    sent_at timestamptz NOT NULL
);

CREATE INDEX account_mails_by_address ON account_mails (address_key, sent_at);
CREATE INDEX account_mails_by_user ON account_mails (user_id, sent_at);
CREATE INDEX account_mails_by_age ON account_mails (sent_at);
